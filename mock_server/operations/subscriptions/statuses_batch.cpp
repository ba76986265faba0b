// Communication preferences v4 and dated, batches: read and write statuses, read and make opt-outs
// of everything. What one input brings wrong fails that input: 207 (behaviour reference 4.8, 7).
#include <functional>

#include "mock_server/operations/subscriptions/subscription_input.h"
#include "mock_server/operations/subscriptions/subscription_render.h"
#include "mock_server/operations/support/batch.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

constexpr std::size_t max_addresses = 100;

using Each = std::function<Read<Json>(const Json& input, std::size_t index)>;

Reply run_each(Context& context, const Json& inputs, const Each& each) {
  BatchResults results;
  std::vector<Json> rendered;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto result = each(inputs[i], i);
    if (result) {
      rendered.push_back(std::move(*result));
    } else {
      results.errors.push_back(result.error());
    }
  }
  results.count = rendered.size();
  results.append = [&](std::string& out, std::size_t i) { out += json::dump(rendered[i]); };
  return batch_answer(context, results, 200, inputs.size());
}

/// {"inputs": ["a@b.org", …]}
Read<Json> read_addresses(const Context& context) {
  const auto body = read_object(context);
  if (!body) {
    return Failure{body.error()};
  }
  const Members members(context.request.body, *body);
  const auto inputs = members.texts("inputs");
  if (!inputs) {
    return Failure{inputs.error()};
  }
  if (inputs->empty()) {
    return Failure{hubspot::empty_batch()};
  }
  if (inputs->size() > max_addresses) {
    return Failure{hubspot::batch_too_large(max_addresses)};
  }
  return Json(*inputs);
}

Reply run_addresses(Context& context, const std::function<Json(const std::string&)>& render) {
  if (const auto error = check_channel(context)) {
    return fail(context, *error);
  }
  const auto addresses = read_addresses(context);
  if (!addresses) {
    return fail(context, addresses.error());
  }
  return run_each(context, *addresses, [&](const Json& input, std::size_t) -> Read<Json> {
    const std::string address = json::text_of(input);
    if (const auto error = check_address(address)) {
      return Failure{*error};
    }
    return render(address);
  });
}

Reply run_read(Context& context) {
  const auto& book = context.portal.part<portal::SubscriptionBook>();
  return run_addresses(context, [&](const std::string& address) -> Json {
    return {{"subscriberIdString", address}, {"statuses", statuses_v4(book, address)}};
  });
}

Reply run_read_wide(Context& context) {
  const auto& book = context.portal.part<portal::SubscriptionBook>();
  return run_addresses(context, [&](const std::string& address) -> Json {
    return {{"subscriberIdString", address}, {"wideStatuses", wide_statuses(book, address)}};
  });
}

Reply run_opt_out(Context& context) {
  auto& book = context.portal.part<portal::SubscriptionBook>();
  const bool verbose = context.query.first("verbose").value_or("") == "true";
  return run_addresses(context, [&](const std::string& address) {
    book.opt_out(address, context.now);
    Json result{{"subscriberIdString", address}};
    if (verbose) {
      result["statuses"] = statuses_v4(book, address);
    }
    return result;
  });
}

Reply run_write(Context& context) {
  const auto batch = read_batch(context, max_addresses);
  if (!batch) {
    return fail(context, batch.error());
  }
  return run_each(context, batch->inputs(), [&](const Json& input, std::size_t i) -> Read<Json> {
    const auto fields =
        read_fields(context.request.body, input, status_fields, "/inputs/" + std::to_string(i));
    if (!fields) {
      return Failure{fields.error()};
    }
    const Json* who = json::find(*fields, "subscriberIdString");
    const std::string address = who != nullptr ? json::text_of(*who) : "";
    if (const auto error = check_address(address)) {
      return Failure{*error};
    }
    return write_status(context, address, *fields);
  });
}

}  // namespace

void register_subscriptions_statuses_batch(OperationRegistry& registry);
void register_subscriptions_statuses_batch(OperationRegistry& registry) {
  registry.add({"communication_preferences.statuses.batch.read", run_read, path_key});
  registry.add({"communication_preferences.statuses.batch.write", run_write, path_key});
  registry.add(
      {"communication_preferences.statuses.batch.unsubscribe_all.read", run_read_wide, path_key});
  registry.add({"communication_preferences.statuses.batch.unsubscribe_all", run_opt_out, path_key});
}

}  // namespace hubsim::operations
