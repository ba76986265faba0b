// SubmissionBook: what was submitted to the forms of a portal. A part of the portal; the forms
// themselves are items of the generic engine.
// Threads: guarded by the portal's lock. Invariant: at most max_submissions; the oldest make room.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/time/clock.h"
#include "mock_server/portal/part.h"

namespace hubsim::portal {
class Portal;
}

namespace hubsim::operations {

struct SubmittedField {
  std::string object_type_id;
  std::string name;
  std::string value;
};

/// A subscription type that the visitor agreed to, or did not.
struct SubmittedConsent {
  std::uint64_t type = 0;
  bool agreed = false;
  std::string text;
};

struct Submission {
  std::string form_id;
  std::string conversion_id;
  Instant at{};
  std::vector<SubmittedField> fields;
  std::vector<SubmittedConsent> consents;
  std::string page_uri;

  /// Of a contact's property; "" when it was not submitted.
  [[nodiscard]] std::string contact_value(std::string_view name) const;
};

class SubmissionBook : public portal::PartOf<SubmissionBook> {
 public:
  static constexpr std::size_t max_submissions = 100'000;
  explicit SubmissionBook(const portal::Portal& /*portal*/) {}

  std::uint64_t add(Submission submission);
  [[nodiscard]] const Submission* find(std::uint64_t number) const;
  [[nodiscard]] const std::map<std::uint64_t, Submission>& all() const noexcept { return all_; }

 private:
  std::map<std::uint64_t, Submission> all_;
  std::uint64_t last_ = 0;
};

/// Fields of a contact carry this type, or none.
inline constexpr std::string_view contact_type_id = "0-1";

}  // namespace hubsim::operations
