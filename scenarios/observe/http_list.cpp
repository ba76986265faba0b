// http_list: reads a paged list over HTTP, such as GET /people?limit=500. The cursor of the next
// page is where `next` says; while there is one, it is sent as the query parameter `send_as`. Pages
// are not one snapshot: the interval of the observation covers all of them.
#include <fmt/format.h>

#include <optional>

#include "common/net/blocking_client.h"
#include "common/net/url.h"
#include "scenarios/observe/rows.h"

namespace hubsim::scenarios {

namespace {

struct ListSettings {
  std::string url;
  std::string next;
  std::string send_as;
  std::string results;
  net::Headers headers;
  std::int64_t max_pages = 0;
};

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string out;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

class HttpList final : public Observer {
 public:
  HttpList(std::string id, ObserverSettings common, ListSettings list, const Clock& clock)
      : id_(std::move(id)), common_(std::move(common)), list_(std::move(list)), clock_(clock) {}
  Observation observe() override;

 private:
  std::string page_url(const std::string& cursor) const;
  /// The cursor of the page after it, empty when there is none.
  Result<std::string> read_page(const std::string& cursor, Read& read);
  Result<Json> get(const std::string& url, Read& read);

  std::string id_;
  ObserverSettings common_;
  ListSettings list_;
  const Clock& clock_;
  /// Made by the thread that observes, to which its event loop belongs.
  std::optional<net::BlockingHttpClient> client_;
};

Observation HttpList::observe() {
  if (!client_) {
    client_.emplace(net::ClientOptions{.max_body_bytes = common_.max_bytes});
  }
  Read read(id_, common_, clock_);
  std::string cursor;
  for (std::int64_t page = 0; page < list_.max_pages; ++page) {
    auto next = read_page(cursor, read);
    if (!next) {
      return read.fail(next.error());
    }
    if (next->empty()) {
      return read.finish();
    }
    if (*next == cursor) {
      return read.fail("the cursor '" + cursor + "' leads to itself");
    }
    cursor = std::move(*next);
  }
  return read.fail(fmt::format("more than {} pages: raise `max_pages`", list_.max_pages));
}

std::string HttpList::page_url(const std::string& cursor) const {
  if (cursor.empty()) {
    return list_.url;
  }
  const char joint = list_.url.find('?') == std::string::npos ? '?' : '&';
  return list_.url + joint + list_.send_as + '=' + percent_encoded(cursor);
}

Result<std::string> HttpList::read_page(const std::string& cursor, Read& read) {
  const std::string url = page_url(cursor);
  const auto body = get(url, read);
  if (!body) {
    return Failure{body.error()};
  }
  const Json* rows = at_path(*body, list_.results);
  if (rows == nullptr || !rows->is_array()) {
    return Failure{
        fmt::format("{}: no list at '{}' (the observer's `results`)", url, list_.results)};
  }
  for (const Json& row : *rows) {
    if (const auto added = read.add_row(row); !added) {
      return Failure{url + ": " + added.error()};
    }
  }
  const Json* next = list_.next.empty() ? nullptr : at_path(*body, list_.next);
  return next == nullptr ? std::string() : json::text_of(*next);
}

Result<Json> HttpList::get(const std::string& url, Read& read) {
  const auto left = read.time_left();
  if (left.count() <= 0) {
    return Failure{std::string("the read took longer than its `timeout`")};
  }
  const net::ClientResult answer =
      client_->send({.url = url, .headers = list_.headers, .timeout = left});
  if (!answer.ok()) {
    return Failure{url + ": " + answer.error_text};
  }
  if (const auto cost = read.add_cost(1, answer.body.size()); !cost) {
    return Failure{cost.error()};
  }
  if (answer.status < 200 || answer.status >= 300) {
    return Failure{
        fmt::format("{} answered {}: {}", url, answer.status, answer.body.substr(0, 200))};
  }
  auto body = json::parse(answer.body);
  if (!body) {
    return Failure{
        fmt::format("{}: not JSON at line {}: {}", url, body.error().line, body.error().message)};
  }
  return std::move(body).value();
}

Result<std::unique_ptr<Observer>> make(const std::string& id, const config::Settings& settings,
                                       const ObserverContext& context) {
  ObserverSettings common = observer_settings(settings);
  if (auto problem = problem_of(common)) {
    return Failure{std::move(*problem)};
  }
  const auto whole = net::resolve_url(context.target_url, settings.text("url"));
  if (!whole) {
    return Failure{"url: " + whole.error()};
  }
  const Json& headers = settings.json("headers");
  if (!headers.is_object()) {
    return Failure{std::string("headers: expected names with values")};
  }
  ListSettings list{.url = whole->origin() + whole->target,
                    .next = settings.has("next") ? settings.text("next") : "",
                    .send_as = settings.text("send_as"),
                    .results = settings.text("results"),
                    .headers = {},
                    .max_pages = settings.integer("max_pages")};
  for (const auto& [name, value] : headers.items()) {
    list.headers.emplace_back(name, json::text_of(value));
  }
  return std::unique_ptr<Observer>(
      std::make_unique<HttpList>(id, std::move(common), std::move(list), context.clock));
}

}  // namespace

void register_observer_http_list(ObserverRegistry& registry) {
  registry.add({.name = "http_list",
                .help = "a list of the other system, read page by page over HTTP",
                .fields = {{.name = "url",
                            .help = "where the list is; relative to the target's url",
                            .required = true},
                           {.name = "results",
                            .help = "where the rows are in the answer; '.' for the answer itself",
                            .default_value = "results"},
                           {.name = "next",
                            .help = "where the cursor of the next page is; without it, one page"},
                           {.name = "send_as",
                            .help = "the query parameter that takes the cursor",
                            .default_value = "after"},
                           {.name = "headers",
                            .type = config::Type::any,
                            .help = "headers to send, by name",
                            .default_value = "{}"},
                           {.name = "max_pages",
                            .type = config::Type::integer,
                            .help = "a list with more pages is given up",
                            .default_value = "10000",
                            .min = 1}},
                .make = make});
}

}  // namespace hubsim::scenarios
