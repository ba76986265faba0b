#include "mock_server/generic/core/listing.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "hubspot/shapes/plausible.h"
#include "mock_server/generic/core/filters.h"
#include "mock_server/generic/core/render.h"

namespace hubsim::generic {

namespace {

struct Window {
  std::size_t limit = page_default;
  std::uint64_t after = 0;  ///< items with a greater number
  std::size_t offset = 0;
};

/// A number from the query, or from the body of a search; nothing when it is none.
Read<std::uint64_t> number_in(const Call& call, const char* name, std::uint64_t fallback) {
  std::string text(call.context.query.first(name).value_or(""));
  const Json* member = json::find(call.body, name);
  if (text.empty() && member != nullptr && !member->is_null()) {
    text = id_text(*member);
  }
  if (text.empty()) {
    return fallback;
  }
  const auto number = parse_uint(text);
  return number ? Read<std::uint64_t>(*number) : Failure{hubspot::bad_query_parameter(name)};
}

Read<Window> read_window(const Call& call) {
  Window window;
  const bool counted =
      call.row.query && call.row.query.field("count") && !call.row.query.field("limit");
  const auto limit = number_in(call, counted ? "count" : "limit", page_default);
  const auto after = number_in(call, "after", 0);
  const auto offset = number_in(call, "offset", 0);
  for (const auto* read : {&limit, &after, &offset}) {
    if (!*read) {
      return Failure{read->error()};
    }
  }
  if (*limit < 1 || *limit > page_maximum) {
    return Failure{ApiError{.message = "Invalid limit " + std::to_string(*limit) +
                                       ": must be between 1 and " + std::to_string(page_maximum),
                            .category = "VALIDATION_ERROR"}};
  }
  window.limit = static_cast<std::size_t>(*limit);
  window.after = *after;
  window.offset = static_cast<std::size_t>(std::min<std::uint64_t>(*offset, 1'000'000'000));
  return window;
}

/// An item that belongs in the answer; rendered where somebody had to look into it.
struct Hit {
  std::uint64_t number = 0;
  const Item* item = nullptr;
  Json rendered{};
};
using Found = std::vector<Hit>;

Found find_all(Call& call, Shape element, const Wanted& wanted) {
  const bool archived = call.context.query.first("archived").value_or("") == "true";
  Found found;
  for (const auto& [number, item] : items_of(call).items()) {
    if (archived ? !item->archived : !is_visible(call, *item)) {
      continue;
    }
    if (wanted.everything()) {
      found.push_back({number, item.get()});
      continue;
    }
    Json rendered = render_item(call, element, *item);
    if (holds(wanted, rendered)) {
      found.push_back({number, item.get(), std::move(rendered)});
    }
  }
  for (auto sort = wanted.sorts.rbegin(); sort != wanted.sorts.rend(); ++sort) {
    std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
      return comes_before(*sort, a.rendered, b.rendered);
    });
  }
  return found;
}

/// Where a list is sorted, its cursor counts; else it is the number of the last item.
std::size_t first_of(const Found& found, const Window& window, bool sorted) {
  if (window.after == 0) {
    return std::min(window.offset, found.size());
  }
  if (sorted) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(window.after, found.size()));
  }
  const auto first = std::find_if(found.begin(), found.end(),
                                  [&](const auto& each) { return each.number > window.after; });
  return static_cast<std::size_t>(first - found.begin());
}

std::string plain(std::string_view name) {
  std::string word;
  for (const char c : name) {
    if (c != '-' && c != '_') {
      word += to_lower_ascii(c);
    }
  }
  return word;
}

/// What lists say beside their items, whatever the member is called.
std::optional<Json> list_member(const Call& call, const Field& field, const Page& page) {
  const std::string name = plain(field.name);
  const std::size_t end = page.offset + page.items.size();
  if (name == "paging") {
    if (page.after.empty()) {
      return field.required ? std::optional(Json::object()) : std::nullopt;
    }
    std::string text = "{";
    operations::append_paging(text, call.context, page.after);
    auto parsed = json::parse(text + "}");
    return parsed ? std::optional((*parsed)["paging"]) : std::nullopt;
  }
  if (name == "total" || name == "totalcount" || name == "totalresults") {
    return Json(page.total);
  }
  if (name == "hasmore") {
    return Json(!page.after.empty());
  }
  if (name == "offset" || name == "vidoffset" || name == "nextoffset") {
    return Json(end);
  }
  return std::nullopt;
}

/// The catalogue knows no shape: as most of HubSpot's lists are.
Json unknown_list(const Call& call, const Page& page) {
  Json body{{"total", page.total}, {"results", page.items}};
  if (!page.after.empty()) {
    std::string text = "{";
    operations::append_paging(text, call.context, page.after);
    if (auto parsed = json::parse(text + "}")) {
      body["paging"] = (*parsed)["paging"];
    }
  }
  return body;
}

}  // namespace

Json list_body(const Call& call, Shape shape, const Page& page) {
  if (shape && shape.kind() == ShapeKind::array) {
    return page.items;
  }
  if (shape && shape.kind() == ShapeKind::one_of) {
    for (const Shape each : shape.alternatives()) {
      if (element_of(each)) {
        return list_body(call, each, page);
      }
    }
  }
  const Field list = list_field(shape);
  if (!list) {
    return unknown_list(call, page);
  }
  Json members = Json::object();
  for (const Field field : shape.fields()) {
    if (field.name == list.name) {
      members[std::string(field.name)] = page.items;
    } else if (auto member = list_member(call, field, page)) {
      members[std::string(field.name)] = std::move(*member);
    } else if (field.required) {
      members[std::string(field.name)] = hubspot::plausible_value(
          field.shape, {.name = field.name,
                        .seed = stable_hash(call.key, call.store.portal_id()),
                        .created = call.context.now,
                        .updated = call.context.now});
    }
  }
  return members;
}

Reply answer_list(Call& call) {
  const auto window = read_window(call);
  if (!window) {
    return operations::fail(call.context, window.error());
  }
  Shape element = element_of(call.row.response);
  element = element ? element : call.resource.item;
  const Wanted wanted = read_wanted(call, element);
  Found found = find_all(call, element, wanted);
  const bool sorted = !wanted.sorts.empty();
  const std::size_t first = first_of(found, *window, sorted);
  Page page{.items = Json::array(), .total = found.size(), .offset = first, .after = {}};
  const bool whole = call.row.paging == hubspot::Paging::none && !call.row.query.field("limit");
  const std::size_t end = whole ? found.size() : std::min(first + window->limit, found.size());
  for (std::size_t i = first; i < end; ++i) {
    Hit& hit = found[i];
    page.items.push_back(hit.rendered.is_null() ? render_item(call, element, *hit.item)
                                                : std::move(hit.rendered));
  }
  if (end < found.size()) {
    page.after = std::to_string(sorted ? end : found[end - 1].number);
  }
  return answer_with(call, list_body(call, call.row.response, page));
}

}  // namespace hubsim::generic
