// Sequences of CRM calls made from bytes: each call takes a few bytes that choose the operation and
// what it names, from small pools so that calls meet. After every call the harness checks what must
// always hold.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/crm_harness.h"

namespace {

using hubsim::http::Method;

constexpr std::size_t max_calls = 64;

class Sequence {
 public:
  Sequence(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  void play() {
    for (std::size_t i = 0; i < max_calls && at_ < size_; ++i) {
      step();
    }
  }

 private:
  std::uint8_t take() { return at_ < size_ ? data_[at_++] : 0; }

  void step() {
    const std::string objects = take() % 2 == 0 ? "/crm/v3/objects/" : "/crm/objects/2026-03/";
    switch (take() % 16) {
      case 0:
        return call(Method::post, objects + "contacts", record());
      case 1:
        return call(Method::post, objects + type(), R"({"properties":{"name":"x"}})");
      case 2:
        return call(Method::patch, objects + "contacts/" + id(), record());
      case 3:
        return call(Method::del, objects + type() + "/" + id());
      case 4:
        return call(Method::post, objects + "contacts/batch/create", batch(false, false));
      case 5:
        return call(Method::post, objects + "contacts/batch/update", batch(true, false));
      case 6:
        return call(Method::post, objects + "contacts/batch/upsert", batch(true, true));
      case 7:
        return call(Method::post, objects + "contacts/batch/archive", batch(true, false));
      case 8:
        return call(Method::post, objects + "contacts/batch/read", batch(true, false));
      case 9:
        return associate();
      case 10:
        return call(Method::get, objects + "contacts?limit=" + std::to_string(take() % 5) +
                                     "&after=" + id() + "&associations=companies");
      case 11:
        return call(Method::post, objects + type() + "/merge",
                    R"({"primaryObjectId":")" + id() + R"(","objectIdToMerge":")" + id() + "\"}");
      case 12:
        return call(Method::post, objects + "contacts/gdpr-delete",
                    take() % 2 == 0 ? R"({"objectId":")" + id() + "\"}"
                                    : R"({"idProperty":"email","objectId":")" + email() + "\"}");
      case 13:
        return harness_.restore(type(), std::strtoull(id().c_str(), nullptr, 10));
      case 14:
        return call(Method::get, objects + type() + "/" + id() +
                                     "?propertiesWithHistory=email,city,nope&archived=" +
                                     (take() % 2 == 0 ? "true" : "false"));
      default:
        return call(Method::post, objects + type() + raw_tail(), raw());
    }
  }

  void associate() {
    const std::string from = type();
    const std::string path = "/crm/v4/objects/" + from + "/" + id() + "/associations/";
    if (take() % 3 == 0) {
      return call(Method::del, path + type() + "/" + id());
    }
    if (take() % 2 == 0) {
      return call(Method::put, path + "default/" + type() + "/" + id());
    }
    const int type_id = take();
    call(Method::put, path + type() + "/" + id(),
         R"([{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":)" +
             std::to_string(type_id) + "}]");
  }

  void call(Method method, const std::string& target, std::string body = "") {
    (void)harness_.call(method, target, std::move(body));
  }

  std::string type() {
    static constexpr const char* types[] = {"contacts", "companies", "0-3", "Ticket"};
    return types[take() % 4];
  }

  /// One of the first ids of a type, or something that is none.
  std::string id() {
    const std::uint8_t choice = take();
    if (choice >= 250) {
      return choice % 2 == 0 ? "0" : "abc";
    }
    static constexpr std::uint64_t first_ids[] = {73183578351, 22816780501, 28806796851,
                                                  16174569101};
    return std::to_string(first_ids[choice % 4] + 50U * (choice / 4 % 8));
  }

  std::string email() {
    const std::uint8_t choice = take();
    return choice == 255 ? "bad"
                         : std::string(choice % 2 == 0 ? "A" : "a") +
                               std::to_string(choice / 2 % 6) + "@example.org";
  }

  std::string record() {
    return R"({"properties":{"email":")" + email() + R"(","city":")" + std::to_string(take()) +
           "\"}}";
  }

  std::string batch(bool with_id, bool by_email) {
    std::string out = R"({"inputs":[)";
    const int count = take() % 4;
    for (int i = 0; i < count; ++i) {
      out += i == 0 ? "{" : ",{";
      if (with_id) {
        out += R"("id":")" + (by_email ? email() : id()) + "\",";
      }
      out += by_email ? R"("idProperty":"email",)" : "";
      out += take() % 3 == 0 ? R"("objectWriteTraceId":"t)" + std::to_string(i) + "\"," : "";
      out += R"("properties":{"email":")" + email() + R"("}})";
    }
    return out + "]}";
  }

  std::string raw_tail() {
    static constexpr const char* tails[] = {
        "",        "/batch/create", "/batch/upsert", "/batch/read",
        "/search", "/batch/update", "/merge",        "/gdpr-delete"};
    return tails[take() % 8];
  }

  std::string raw() {
    const std::size_t length = std::min<std::size_t>(take(), size_ - std::min(at_, size_));
    const std::string bytes(data_ + at_, data_ + at_ + length);
    at_ += length;
    return bytes;
  }

  hubsim::fuzz::CrmHarness harness_;
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Sequence(data, size).play();
  return 0;
}
