// Deal splits: how the credit of a deal is shared among owners (behaviour reference A1, 4.2: type
// 0-72; shapes as the official clients' types). Kept beside the deals; a deal's splits are replaced
// as a whole and add up to 100 percent.
#include <cmath>
#include <map>

#include "common/base/text.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

using Kind = Field::Kind;

struct Split {
  std::uint64_t id = 0;
  std::uint64_t owner_id = 0;
  double percentage = 0;
  Instant created_at{};
  Instant updated_at{};
};

class DealSplits : public portal::PartOf<DealSplits> {
 public:
  explicit DealSplits(const portal::Portal& /*portal*/) {}
  std::map<portal::ObjectId, std::vector<Split>> by_deal;
  std::uint64_t next_id = 5'310'001;
};

portal::RecordPtr find_deal(const Context& context, std::string_view id) {
  const auto* type = context.portal.find_type("deals");
  const auto number = parse_uint(id);
  const auto record =
      type != nullptr && number ? context.portal.find(type->index(), *number) : nullptr;
  return record && !record->archived ? record : nullptr;
}

std::string percentage_text(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

/// "1000" of the deal's amount; empty without one.
std::string split_amount(const Context& context, const portal::Record& deal, double percentage) {
  const auto index = context.portal.type(deal.type).property_index("amount");
  const auto amount = index ? context.portal.value_of(deal, *index) : std::nullopt;
  const auto number = amount ? parse_double(*amount) : std::nullopt;
  return number ? percentage_text(*number * percentage / 100) : "";
}

Json render(const Context& context, const portal::Record& deal) {
  Json splits = Json::array();
  for (const Split& split : context.portal.part<DealSplits>().by_deal[deal.id]) {
    const std::string created = format_iso8601(split.created_at);
    const std::string updated = format_iso8601(split.updated_at);
    Json properties{{"hs_createdate", created},
                    {"hs_deal_split_percentage", percentage_text(split.percentage)},
                    {"hs_lastmodifieddate", updated},
                    {"hs_object_id", std::to_string(split.id)},
                    {"hubspot_owner_id", std::to_string(split.owner_id)}};
    const std::string amount = split_amount(context, deal, split.percentage);
    if (!amount.empty()) {
      properties["hs_deal_split_amount"] = amount;
    }
    splits.push_back({{"id", std::to_string(split.id)},
                      {"properties", std::move(properties)},
                      {"createdAt", created},
                      {"updatedAt", updated},
                      {"archived", false}});
  }
  return {{"id", std::to_string(deal.id)}, {"splits", std::move(splits)}};
}

Reply run_read(Context& context) {
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<Json> found;
  std::vector<std::string> missing;
  for (const Json& input : batch->inputs()) {
    const Json* id = json::find(input, "id");
    const std::string text = id != nullptr ? scalar_text(*id) : "";
    if (const auto deal = find_deal(context, text)) {
      found.push_back(render(context, *deal));
    } else {
      missing.push_back(text);
    }
  }
  BatchResults results{
      .count = found.size(),
      .append = [&](std::string& out, std::size_t i) { out += json::dump(found[i]); },
      .errors = {}};
  if (!missing.empty()) {
    results.errors.push_back(hubspot::objects_not_found("DEAL", missing));
  }
  return batch_answer(context, results, 200, batch->size);
}

/// The splits of one input, whole and adding up (I: the percentages of a deal are 100 together).
Read<std::vector<Split>> read_splits(Context& context, const Json& input, const std::string& path) {
  static constexpr std::array<Field, 2> entry{
      {{"ownerId", Kind::whole, true}, {"percentage", Kind::number, true}}};
  const auto list = read_each(context.request.body, input.at("splits"), entry, path + "/splits");
  if (!list) {
    return Failure{list.error()};
  }
  std::vector<Split> splits;
  double sum = 0;
  for (const Json& each : *list) {
    Split split{.owner_id = each.at("ownerId").get<std::uint64_t>(),
                .percentage = each.at("percentage").get<double>(),
                .created_at = context.now,
                .updated_at = context.now};
    const auto& owners = context.portal.owners();
    const bool known = std::any_of(owners.begin(), owners.end(),
                                   [&](const auto& owner) { return owner.id == split.owner_id; });
    if (!known || split.percentage < 0) {
      return Failure{choices::validation(known ? "A split's percentage is not negative"
                                               : "Owner " + std::to_string(split.owner_id) +
                                                     " does not exist")};
    }
    sum += split.percentage;
    splits.push_back(split);
  }
  constexpr double tolerance = 0.01;
  const bool adds_up = splits.empty() || std::abs(sum - 100) < tolerance ||
                       !context.portal.options().on(hubspot::Option::deal_splits_sum);
  return adds_up ? Read<std::vector<Split>>(std::move(splits))
                 : Failure{choices::validation("The percentages of a deal's splits must add up to "
                                               "100")};
}

Read<Json> upsert(Context& context, const Json& raw, const std::string& path) {
  static constexpr std::array<Field, 2> fields{
      {{"id", Kind::text, true}, {"splits", Kind::list, true}}};
  const auto input = read_fields(context.request.body, raw, fields, path);
  if (!input) {
    return input;
  }
  auto splits = read_splits(context, *input, path);
  if (!splits) {
    return Failure{splits.error()};
  }
  const std::string id = input->at("id");
  const auto deal = find_deal(context, id);
  if (!deal) {
    return Failure{hubspot::objects_not_found("DEAL", {id})};
  }
  auto& kept = context.portal.part<DealSplits>();
  auto& place = kept.by_deal[deal->id];
  for (Split& split : *splits) {
    const auto before = std::find_if(place.begin(), place.end(), [&](const Split& old) {
      return old.owner_id == split.owner_id;
    });
    split.id = before != place.end() ? before->id : kept.next_id++;
    split.created_at = before != place.end() ? before->created_at : context.now;
  }
  place = std::move(*splits);
  return render(context, *deal);
}

Reply run_upsert(Context& context) {
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<Json> done;
  BatchResults results;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto one = upsert(context, batch->inputs()[i], "/inputs/" + std::to_string(i));
    if (one) {
      done.push_back(std::move(*one));
    } else {
      results.errors.push_back(one.error());
    }
  }
  results.count = done.size();
  results.append = [&](std::string& out, std::size_t i) { out += json::dump(done[i]); };
  return batch_answer(context, results, 200, batch->size);
}

}  // namespace

void register_commerce_deal_splits(OperationRegistry& registry);
void register_commerce_deal_splits(OperationRegistry& registry) {
  registry.add({"crm.deal_splits.batch.read", run_read, path_key});
  registry.add({"crm.deal_splits.batch.upsert", run_upsert, path_key});
}

}  // namespace hubsim::operations
