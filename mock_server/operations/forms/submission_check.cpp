#include "mock_server/operations/forms/submission_check.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/time/format.h"
#include "mock_server/operations/support/fields.h"

namespace hubsim::operations {

namespace {

/// D: more values than that are refused.
constexpr std::size_t max_values = 1'000;
constexpr std::size_t max_value_bytes = 65'536;

constexpr Field value_fields[] = {{"objectTypeId"}, {"name", Field::Kind::text, true}, {"value"}};
constexpr Field consent_fields[] = {{"subscriptionTypeId", Field::Kind::whole, true},
                                    {"value", Field::Kind::boolean, true},
                                    {"text"}};
constexpr Field submission_fields[] = {{"fields", Field::Kind::list, true},
                                       {"context", Field::Kind::object},
                                       {"legalConsentOptions", Field::Kind::object},
                                       {"submittedAt", Field::Kind::whole},
                                       {"skipValidation", Field::Kind::boolean}};

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = json::find(object, name);
  return value == nullptr ? "" : json::text_of(*value);
}

/// `consent` and `legitimateInterest` are alternatives; only the first names subscriptions apart.
const Json* communications(const Json& body) {
  const Json* options = json::find(body, "legalConsentOptions");
  const Json* consent = options == nullptr ? nullptr : json::find(*options, "consent");
  const Json* list = consent == nullptr ? nullptr : json::find(*consent, "communications");
  return list != nullptr && list->is_array() ? list : nullptr;
}

std::optional<ApiError> read_consents(const Context& context, const Json& body,
                                      Submission& submission) {
  const Json* list = communications(body);
  if (list == nullptr) {
    return std::nullopt;
  }
  const auto read = read_each(context.request.body, *list, consent_fields,
                              "/legalConsentOptions/consent/communications");
  if (!read) {
    return read.error();
  }
  for (const Json& each : *read) {
    submission.consents.push_back(
        {.type = parse_uint(text_of(each, "subscriptionTypeId")).value_or(0),
         .agreed = each.at("value") == true,
         .text = text_of(each, "text")});
  }
  return std::nullopt;
}

/// The form's fields, whatever group they stand in.
std::vector<const Json*> form_fields(const Json& form) {
  std::vector<const Json*> all;
  const Json* groups = json::find(form, "fieldGroups");
  for (std::size_t i = 0; groups != nullptr && groups->is_array() && i < groups->size(); ++i) {
    const Json* fields = json::find((*groups)[i], "fields");
    for (std::size_t k = 0; fields != nullptr && fields->is_array() && k < fields->size(); ++k) {
      all.push_back(&(*fields)[k]);
    }
  }
  return all;
}

std::string at_field(std::string_view name) {
  return "Error in 'fields." + std::string(name) + "'. ";
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  const auto dot = text.rfind('.');
  return at != std::string_view::npos && at > 0 && dot != std::string_view::npos && dot > at + 1 &&
         dot + 1 < text.size() && text.find(' ') == std::string_view::npos;
}

bool is_blocked(const Json& field, std::string_view address) {
  const Json* validation = json::find(field, "validation");
  const Json* domains =
      validation == nullptr ? nullptr : json::find(*validation, "blockedEmailDomains");
  if (domains == nullptr || !domains->is_array()) {
    return false;
  }
  const std::string_view domain = address.substr(address.find('@') + 1);
  return std::any_of(domains->begin(), domains->end(), [&](const Json& each) {
    return equals_ignoring_case(json::text_of(each), domain);
  });
}

void check_form_field(const Submission& submission, const Json& field,
                      std::vector<SubmissionProblem>& problems) {
  const std::string name = text_of(field, "name");
  const auto value = std::find_if(submission.fields.begin(), submission.fields.end(),
                                  [&](const SubmittedField& each) { return each.name == name; });
  const bool empty = value == submission.fields.end() || value->value.empty();
  if (empty && text_of(field, "required") == "true") {
    problems.push_back(
        {at_field(name) + "Required field '" + name + "' is missing", "REQUIRED_FIELD"});
  }
  if (!empty && name == "email" && is_blocked(field, value->value)) {
    problems.push_back(
        {at_field(name) + "Blocked email address '" + value->value + "'", "BLOCKED_EMAIL"});
  }
}

void check_value(const SubmittedField& field, std::vector<SubmissionProblem>& problems) {
  if (field.name == "email" && !field.value.empty() && !is_email(field.value)) {
    problems.push_back(
        {at_field(field.name) + "Invalid email address '" + field.value + "'", "INVALID_EMAIL"});
  }
  if (field.value.size() > max_value_bytes) {
    problems.push_back({at_field(field.name) + "The value is too large", "INPUT_TOO_LARGE"});
  }
}

}  // namespace

Read<Submission> read_submission(const Context& context) {
  const auto body = read_fields(context, submission_fields);
  if (!body) {
    return Failure{body.error()};
  }
  const auto values = read_each(context.request.body, body->at("fields"), value_fields, "/fields");
  if (!values) {
    return Failure{values.error()};
  }
  Submission submission{.form_id = std::string(context.param("formGuid")),
                        .conversion_id = {},
                        .at = context.now,
                        .fields = {},
                        .consents = {},
                        .page_uri = {}};
  for (const Json& each : *values) {
    const std::string type = text_of(each, "objectTypeId");
    submission.fields.push_back(
        {.object_type_id = type.empty() ? std::string(contact_type_id) : type,
         .name = text_of(each, "name"),
         .value = text_of(each, "value")});
  }
  if (const Json* about = json::find(*body, "context")) {
    submission.page_uri = text_of(*about, "pageUri");
  }
  if (const auto at = parse_int(text_of(*body, "submittedAt"));
      at && *at > 0 && from_unix_ms(*at) < context.now) {
    submission.at = from_unix_ms(*at);
  }
  if (auto error = read_consents(context, *body, submission)) {
    return Failure{std::move(*error)};
  }
  return submission;
}

std::vector<SubmissionProblem> check_submission(const Submission& submission, const Json& form,
                                                const portal::SubscriptionBook& subscriptions) {
  std::vector<SubmissionProblem> problems;
  if (submission.fields.size() > max_values) {
    problems.push_back({"More than " + std::to_string(max_values) + " values were submitted",
                        "MAX_NUMBER_OF_SUBMITTED_VALUES_EXCEEDED"});
    return problems;
  }
  for (const SubmittedField& field : submission.fields) {
    check_value(field, problems);
  }
  for (const Json* field : form_fields(form)) {
    check_form_field(submission, *field, problems);
  }
  for (const SubmittedConsent& consent : submission.consents) {
    if (subscriptions.find(consent.type) == nullptr) {
      problems.push_back({"Error in 'legalConsentOptions'. Subscription type " +
                              std::to_string(consent.type) + " does not exist",
                          "INVALID_LEGAL_OPTION_FORMAT"});
    }
  }
  return problems;
}

Reply invalid_submission(const Context& context, const std::vector<SubmissionProblem>& problems) {
  Json errors = Json::array();
  for (const SubmissionProblem& problem : problems) {
    errors.push_back({{"message", problem.message}, {"errorType", problem.error_type}});
  }
  return answer(json::dump({{"status", "error"},
                            {"message", "The request is not valid"},
                            {"correlationId", context.correlation_id},
                            {"errors", std::move(errors)}}),
                400);
}

}  // namespace hubsim::operations
