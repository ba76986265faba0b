// Form submissions: the routes of api.hsforms.com (unauthenticated, and secure with the app's
// token), and reading what was submitted (behaviour reference 7, "Forms v3").
#include <algorithm>

#include "common/base/text.h"
#include "common/random/prng.h"
#include "common/time/format.h"
#include "hubspot/rules/option_ids.h"
#include "hubspot/shapes/plausible.h"
#include "mock_server/generic/core/store.h"
#include "mock_server/operations/forms/submission_check.h"
#include "mock_server/operations/forms/submission_contact.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

constexpr const char* forms_collection = "/marketing/forms";
constexpr std::size_t page_default = 20;  // D
constexpr std::size_t page_maximum = 50;  // D

generic::ItemPtr find_form(const Context& context) {
  const auto item = context.portal.part<generic::GenericStore>().find(
      forms_collection, std::string(context.param("formGuid")));
  return item && !item->archived ? item : nullptr;
}

/// U: the text; a form that is not there is 404.
ApiError form_missing(const Context& context) {
  return {.status = 404,
          .message = "No form found with guid " + std::string(context.param("formGuid")),
          .category = "OBJECT_NOT_FOUND"};
}

/// {"redirectUri": …} or {"inlineMessage": …}, as the form's configuration says.
Json after_submit(const Json& form) {
  const Json* configuration = json::find(form, "configuration");
  const Json* action =
      configuration == nullptr ? nullptr : json::find(*configuration, "postSubmitAction");
  const Json* type = action == nullptr ? nullptr : json::find(*action, "type");
  const Json* value = action == nullptr ? nullptr : json::find(*action, "value");
  const std::string text = value == nullptr ? "" : json::text_of(*value);
  if (type != nullptr && *type == "redirect_url") {
    return {{"redirectUri", text}};
  }
  return {{"inlineMessage", text.empty() ? "Thanks for submitting the form." : text}};
}

Duration contact_delay(const Context& context) {
  using namespace std::chrono_literals;
  return context.portal.options().is(hubspot::Option::forms_contact_delay, "none") ? Duration(0)
                                                                                   : Duration(2s);
}

Reply run_submit(Context& context) {
  const auto form = find_form(context);
  if (!form) {
    return fail(context, form_missing(context));
  }
  auto submission = read_submission(context);
  if (!submission) {
    return fail(context, submission.error());
  }
  const auto& subscriptions = context.portal.part<portal::SubscriptionBook>();
  if (const auto problems = check_submission(*submission, *form->live, subscriptions);
      !problems.empty()) {
    return invalid_submission(context, problems);
  }
  submission->conversion_id = hubspot::plausible_guid(context.random.next());
  const std::uint64_t number = context.portal.part<SubmissionBook>().add(std::move(*submission));
  const Duration delay = contact_delay(context);
  if (delay == Duration(0)) {
    apply_submission(context.portal, context.now, number);
  } else {
    context.portal.schedule(context.now + delay, apply_submission, number);
  }
  return answer(json::dump(after_submit(*form->live)));
}

Json rendered(const Submission& submission) {
  Json values = Json::array();
  for (const SubmittedField& field : submission.fields) {
    values.push_back(
        {{"name", field.name}, {"value", field.value}, {"objectTypeId", field.object_type_id}});
  }
  return {{"conversionId", submission.conversion_id},
          {"submittedAt", to_unix_ms(submission.at)},
          {"values", std::move(values)},
          {"pageUrl", submission.page_uri}};
}

/// Newest first; `after` is the number of the last one shown.
Reply run_list(Context& context) {
  if (!find_form(context)) {
    return fail(context, form_missing(context));
  }
  const auto limit = read_limit(context.query, {page_default, page_maximum});
  if (!limit) {
    return fail(context, limit.error());
  }
  const std::string_view after_text = context.query.first("after").value_or("");
  const auto after =
      after_text.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : parse_uint(after_text);
  if (!after) {
    return fail(context, hubspot::bad_query_parameter("after"));
  }
  Json results = Json::array();
  std::uint64_t last = 0;
  bool more = false;
  const auto& all = context.portal.part<SubmissionBook>().all();
  for (auto each = all.rbegin(); each != all.rend() && !more; ++each) {
    if (each->first >= *after || each->second.form_id != context.param("formGuid")) {
      continue;
    }
    more = results.size() == *limit;
    if (!more) {
      results.push_back(rendered(each->second));
      last = each->first;
    }
  }
  std::string body = R"({"results":)" + json::dump(results);
  if (more) {
    body += ',';
    append_paging(body, context, std::to_string(last));
  }
  return answer(body + "}");
}

/// Who submits: the natural key of what the submission makes.
std::string key_submit(Context& context) {
  return path_key(context) + std::to_string(stable_hash(context.request.body));
}

}  // namespace

void register_forms_submissions(OperationRegistry& registry);
void register_forms_submissions(OperationRegistry& registry) {
  registry.add({"forms.submissions.submit", run_submit, key_submit});
  registry.add({"forms.submissions.secure_submit", run_submit, key_submit});
  registry.add({"forms.submissions.list", run_list, path_key});
}

}  // namespace hubsim::operations
