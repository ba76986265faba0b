// Filter branches of lists: any text is read or refused with a sentence; what is read says the same
// of a record each time, is shown so that reading it again gives the same, and never crashes.
#include <cstddef>
#include <cstdint>

#include "common/base/assert.h"
#include "mock_server/portal/lists/filter_branch.h"

namespace {

using hubsim::Instant;
using hubsim::Json;
using hubsim::portal::Portal;

class NoLists : public hubsim::portal::MemberOf {
 public:
  bool member(std::uint64_t list, hubsim::portal::TypeIndex /*type*/,
              hubsim::portal::ObjectId id) const override {
    return (list + id) % 3 == 0;
  }
};

Portal& portal() {
  static Portal shared({.portal_id = 1}, hubsim::hubspot::load_facts(),
                       Instant(std::chrono::seconds(1'774'000'000)));
  static const bool filled = [] {
    const auto contacts = shared.find_type("contacts")->index();
    const hubsim::portal::WriteContext context{.now = Instant(std::chrono::seconds(1'774'000'100))};
    (void)shared.create(contacts, {{"email", "a@example.org"}, {"city", "Rome"}}, context);
    (void)shared.create(contacts, {{"email", "b@example.org"}, {"lifecyclestage", "lead"}},
                        context);
    return true;
  }();
  HUBSIM_ASSERT(filled);
  return shared;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = hubsim::json::parse(std::string(data, data + size));
  if (!json.ok()) {
    return 0;
  }
  const auto contacts = portal().find_type("contacts")->index();
  const auto branch = hubsim::portal::read_filter_branch(portal(), contacts, *json);
  if (!branch.ok()) {
    HUBSIM_ASSERT(!branch.error().empty());
    return 0;
  }
  const auto again = hubsim::portal::read_filter_branch(portal(), contacts, (*branch)->shown);
  HUBSIM_ASSERT(again.ok() && (*again)->shown == (*branch)->shown);
  const NoLists lists;
  const hubsim::portal::Judgement judgement{
      .portal = portal(), .lists = lists, .now = Instant(std::chrono::seconds(1'774'100'000))};
  for (const auto& record : portal().store(contacts).slots()) {
    HUBSIM_ASSERT(judgement.matches((*branch)->root, *record) ==
                  judgement.matches((*again)->root, *record));
  }
  return 0;
}
