// Exchange rates to the company currency: one at a time, in batches, those in effect now, and which
// of them people see (behaviour reference 7, "currencies").
#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/settings/rate_input.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"
#include "mock_server/operations/support/fields.h"
#include "mock_server/operations/support/results.h"

namespace hubsim::operations {

namespace {

using portal::Currencies;
using portal::ExchangeRate;

constexpr LimitRange page{100, 1'000};  // U

ApiError too_many() {
  return choices::validation("This account has too many exchange rates");  // ours
}

Reply answer_rate(const ExchangeRate& rate, int status = 200) {
  return answer(json::dump(render_rate(rate)), status);
}

ExchangeRate* find_rate(Context& context, std::string_view id) {
  auto& rates = context.portal.part<Currencies>().rates();
  const auto number = parse_uint(id);
  const auto found = number ? rates.find(*number) : rates.end();
  return found == rates.end() ? nullptr : &found->second;
}

Reply run_create(Context& context) {
  const auto body = read_object(context);
  const auto rate = body ? read_new_rate(context, *body, "") : Failure{body.error()};
  if (!rate) {
    return fail(context, rate.error());
  }
  const ExchangeRate* stored = context.portal.part<Currencies>().add(*rate);
  return stored == nullptr ? fail(context, too_many()) : answer_rate(*stored, 201);
}

Reply run_read(Context& context) {
  const ExchangeRate* rate = find_rate(context, context.param("exchangeRateId"));
  return rate == nullptr ? fail(context, hubspot::object_not_found()) : answer_rate(*rate);
}

Reply run_update(Context& context) {
  ExchangeRate* rate = find_rate(context, context.param("exchangeRateId"));
  if (rate == nullptr) {
    return fail(context, hubspot::object_not_found());
  }
  const auto body = read_object(context);
  const auto changed = body ? read_changed_rate(context, *body, "", *rate) : Failure{body.error()};
  if (!changed) {
    return fail(context, changed.error());
  }
  *rate = *changed;
  return answer_rate(*rate);
}

Reply run_list(Context& context) {
  const auto limit = read_limit(context.query, page);
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view text = context.query.first("after").value_or("");
  const auto after = text.empty() ? std::optional<std::uint64_t>(0) : parse_uint(text);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  const auto from = context.query.first("fromCurrencyCode");
  const auto to = context.query.first("toCurrencyCode");
  Json results = Json::array();
  std::uint64_t last = 0;
  bool more = false;
  for (const auto& [id, rate] : context.portal.part<Currencies>().rates()) {
    const bool wanted = id > *after && (!from || rate.from == *from) && (!to || rate.to == *to);
    more = more || (wanted && results.size() == *limit);
    if (wanted && results.size() < *limit) {
      results.push_back(render_rate(rate));
      last = id;
    }
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(last));
  }
  return answer(body + "}");
}

Reply run_current(Context& context) {
  return answer_results(
      context.portal.part<Currencies>().all_current(context.now),
      [](std::string& out, const ExchangeRate* rate) { out += json::dump(render_rate(*rate)); });
}

// ---- batches

/// In the order of the inputs (I).
Reply answer_rates(const Context& context, const std::vector<const ExchangeRate*>& rates,
                   const std::vector<ApiError>& errors, int status) {
  std::string body = R"({"status":"COMPLETE","results":[)";
  for (const ExchangeRate* rate : rates) {
    body += body.back() == '[' ? "" : ",";
    body += json::dump(render_rate(*rate));
  }
  close_batch(body, context, errors);
  Reply reply = answer(std::move(body), errors.empty() ? status : 207);
  reply.inputs = rates.size() + errors.size();
  return reply;
}

/// All or nothing.
Reply run_batch_create(Context& context) {
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<ExchangeRate> read;
  for (std::size_t i = 0; i < batch->size; ++i) {
    auto rate = read_new_rate(context, batch->inputs()[i], "/inputs/" + std::to_string(i));
    if (!rate) {
      return fail(context, rate.error());
    }
    read.push_back(std::move(*rate));
  }
  auto& book = context.portal.part<Currencies>();
  if (book.rates().size() + read.size() > Currencies::max_rates) {
    return fail(context, too_many());
  }
  std::vector<const ExchangeRate*> stored;
  for (ExchangeRate& rate : read) {
    stored.push_back(book.add(std::move(rate)));
  }
  return answer_rates(context, stored, {}, 201);
}

std::string id_of(const Json& input) {
  const Json* id = json::find(input, "id");
  return id == nullptr ? "" : json::text_of(*id);
}

Reply run_batch_read(Context& context) {
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<const ExchangeRate*> found;
  std::vector<ApiError> errors;
  for (const Json& input : batch->inputs()) {
    if (const ExchangeRate* rate = find_rate(context, id_of(input))) {
      found.push_back(rate);
    } else {
      errors.push_back(rate_missing(id_of(input)));
    }
  }
  return answer_rates(context, found, errors, 200);
}

Reply run_batch_update(Context& context) {
  const auto batch = read_batch(context, choices::batch_maximum);
  if (!batch) {
    return fail(context, batch.error());
  }
  std::vector<std::pair<ExchangeRate*, ExchangeRate>> changes;
  std::vector<ApiError> errors;
  for (std::size_t i = 0; i < batch->size; ++i) {
    const Json& input = batch->inputs()[i];
    ExchangeRate* rate = find_rate(context, id_of(input));
    if (rate == nullptr) {
      errors.push_back(rate_missing(id_of(input)));
      continue;
    }
    auto changed = read_changed_rate(context, input, "/inputs/" + std::to_string(i), *rate);
    if (!changed) {
      return fail(context, changed.error());
    }
    changes.emplace_back(rate, std::move(*changed));
  }
  std::vector<const ExchangeRate*> done;
  for (auto& [rate, changed] : changes) {
    *rate = std::move(changed);
    done.push_back(rate);
  }
  return answer_rates(context, done, errors, 200);
}

Reply run_visibility(Context& context) {
  static const Field fields[] = {{"fromCurrencyCode", Field::Kind::text, true, currency_codes()},
                                 {"toCurrencyCode", Field::Kind::text, true, currency_codes()},
                                 {"visibleInUI", Field::Kind::boolean, true}};
  const auto body = read_fields(context, fields);
  if (!body) {
    return fail(context, body.error());
  }
  const std::string from = json::text_of(body->at("fromCurrencyCode"));
  const std::string to = json::text_of(body->at("toCurrencyCode"));
  bool known = false;
  for (auto& [id, rate] : context.portal.part<Currencies>().rates()) {
    if (rate.from == from && rate.to == to) {
      rate.visible = body->at("visibleInUI").get<bool>();
      rate.updated = context.now;
      known = true;
    }
  }
  return known ? no_content() : fail(context, hubspot::object_not_found());
}

}  // namespace

void register_settings_exchange_rates(OperationRegistry& registry);
void register_settings_exchange_rates(OperationRegistry& registry) {
  registry.add({"settings.currencies.exchange_rates.create", run_create, path_key});
  registry.add({"settings.currencies.exchange_rates.read", run_read, path_key});
  registry.add({"settings.currencies.exchange_rates.update", run_update, path_key});
  registry.add({"settings.currencies.exchange_rates.list", run_list, path_key});
  registry.add({"settings.currencies.exchange_rates.current.list", run_current, path_key});
  registry.add({"settings.currencies.exchange_rates.batch.create", run_batch_create, path_key});
  registry.add({"settings.currencies.exchange_rates.batch.read", run_batch_read, path_key});
  registry.add({"settings.currencies.exchange_rates.batch.update", run_batch_update, path_key});
  registry.add({"settings.currencies.exchange_rates.update_visibility", run_visibility, path_key});
}

}  // namespace hubsim::operations
