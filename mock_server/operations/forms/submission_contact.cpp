#include "mock_server/operations/forms/submission_contact.h"

#include <algorithm>

#include "common/base/text.h"
#include "mock_server/operations/forms/submission_book.h"
#include "mock_server/portal/subscriptions.h"

namespace hubsim::operations {

namespace {

using portal::Portal;
using portal::PropertyWrites;

PropertyWrites contact_writes(const Submission& submission) {
  PropertyWrites writes;
  for (const SubmittedField& field : submission.fields) {
    if (field.object_type_id == contact_type_id && field.name != "email") {
      writes.emplace_back(field.name, field.value);
    }
  }
  return writes;
}

/// Values that the property does not take are lost, the others are kept.
void drop_invalid(PropertyWrites& writes, const portal::InvalidProperties& invalid) {
  std::erase_if(writes, [&](const auto& write) {
    return std::any_of(invalid.errors.begin(), invalid.errors.end(),
                       [&](const auto& error) { return error.property == write.first; });
  });
}

portal::RecordPtr find_contact(const Portal& portal, const portal::ObjectType& contacts,
                               const std::string& email) {
  const auto property = contacts.property_index("email");
  return property ? portal.find_by_unique(contacts.index(), *property, email) : nullptr;
}

/// True when the contact was written.
bool write_once(Portal& portal, const portal::ObjectType& contacts, const std::string& email,
                PropertyWrites& writes, const portal::WriteContext& context) {
  const portal::RecordPtr known = find_contact(portal, contacts, email);
  PropertyWrites all = writes;
  if (!known) {
    all.emplace_back("email", email);
  }
  if (known && all.empty()) {
    return true;
  }
  const auto result = known ? portal.update(contacts.index(), known->id, all, context)
                            : portal.create(contacts.index(), all, context);
  if (result) {
    return true;
  }
  if (const auto* invalid = std::get_if<portal::InvalidProperties>(&result.error())) {
    drop_invalid(writes, *invalid);
  }
  return false;
}

void write_contact(Portal& portal, Instant now, const Submission& submission,
                   const std::string& email) {
  const portal::ObjectType* contacts = portal.find_type("contacts");
  PropertyWrites writes = contact_writes(submission);
  const portal::WriteContext context{
      .now = now, .source = {.change_source = "FORM", .source_id = submission.form_id}};
  if (!write_once(portal, *contacts, email, writes, context)) {
    (void)write_once(portal, *contacts, email, writes, context);
  }
}

void write_consents(Portal& portal, Instant now, const Submission& submission,
                    const std::string& email) {
  auto& book = portal.part<portal::SubscriptionBook>();
  for (const SubmittedConsent& consent : submission.consents) {
    if (consent.agreed) {
      (void)book.set(email, consent.type,
                     {.subscribed = true,
                      .legal_basis = "CONSENT_WITH_NOTICE",
                      .explanation = consent.text,
                      .source = "Form",
                      .at = now});
    }
  }
}

}  // namespace

void apply_submission(Portal& portal, Instant now, std::uint64_t number) {
  const Submission* submission = portal.part<SubmissionBook>().find(number);
  if (submission == nullptr) {
    return;
  }
  const std::string email = to_lower(trim(submission->contact_value("email")));
  if (!email.empty()) {
    write_contact(portal, now, *submission, email);
    write_consents(portal, now, *submission, email);
  }
}

}  // namespace hubsim::operations
