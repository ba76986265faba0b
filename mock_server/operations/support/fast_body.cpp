#include "mock_server/operations/support/fast_body.h"

#include <simdjson.h>

#include "common/base/text.h"
#include "mock_server/operations/support/choices.h"

namespace hubsim::operations {

namespace {

namespace fast = simdjson::ondemand;

constexpr std::size_t usual_inputs = 100;

/// The walk over one body; any step that is not plain sailing makes it fail as a whole.
class Walk {
 public:
  bool batch(fast::object object, RawBatch& batch) {
    for (auto member : object) {
      std::string_view key;
      fast::value value;
      if (!enter(member, key, value) || !batch_member(key, value, batch)) {
        return false;
      }
    }
    return true;
  }

  bool plain_ids(fast::object object, RawIds& batch) {
    for (auto member : object) {
      std::string_view key;
      fast::value value;
      if (!enter(member, key, value) || !(key == "inputs"       ? ids(value, batch.ids)
                                          : key == "properties" ? texts(value, batch.properties)
                                                                : false)) {
        return false;
      }
    }
    return true;
  }

  bool record(fast::object object, portal::PropertyWrites& writes) {
    for (auto member : object) {
      std::string_view key;
      fast::value value;
      if (!enter(member, key, value) || key != "properties" || !properties(value, writes)) {
        return false;
      }
    }
    return true;
  }

 private:
  template <class Member>
  static bool enter(Member& member, std::string_view& key, fast::value& value) {
    return member.unescaped_key().get(key) == simdjson::SUCCESS &&
           member.value().get(value) == simdjson::SUCCESS;
  }

  bool batch_member(std::string_view key, fast::value& value, RawBatch& batch) {
    if (key == "inputs") {
      return inputs(value, batch.inputs);
    }
    if (key == "properties") {
      return texts(value, batch.properties);
    }
    return key == "idProperty" && scalar(value, batch.id_property);
  }

  bool inputs(fast::value& value, std::vector<RawInput>& inputs) {
    fast::array array;
    if (!inputs.empty() || value.get_array().get(array) != simdjson::SUCCESS) {
      return false;
    }
    for (auto element : array) {
      fast::object object;
      if (element.get_object().get(object) != simdjson::SUCCESS ||
          !input(object, inputs.emplace_back())) {
        return false;
      }
    }
    return true;
  }

  bool ids(fast::value& value, std::vector<std::string>& ids) {
    fast::array array;
    if (!ids.empty() || value.get_array().get(array) != simdjson::SUCCESS) {
      return false;
    }
    ids.reserve(usual_inputs);
    for (auto element : array) {
      fast::object object;
      std::size_t members = 0;
      if (element.get_object().get(object) != simdjson::SUCCESS) {
        return false;
      }
      for (auto member : object) {
        std::string_view key;
        fast::value item;
        if (!enter(member, key, item) || key != "id" || ++members > 1 ||
            !scalar(item, ids.emplace_back())) {
          return false;
        }
      }
      if (members == 0) {
        return false;
      }
    }
    return true;
  }

  bool input(fast::object object, RawInput& input) {
    for (auto member : object) {
      std::string_view key;
      fast::value value;
      if (!enter(member, key, value) || !input_member(key, value, input)) {
        return false;
      }
    }
    return true;
  }

  bool input_member(std::string_view key, fast::value& value, RawInput& input) {
    if (key == "id") {
      return scalar(value, input.id);
    }
    if (key == "properties") {
      return properties(value, input.writes);
    }
    if (key == "idProperty") {
      return scalar(value, input.id_property);
    }
    return key == "objectWriteTraceId" && scalar(value, input.trace_id);
  }

  bool properties(fast::value& value, portal::PropertyWrites& writes) {
    fast::object object;
    if (!writes.empty() || value.get_object().get(object) != simdjson::SUCCESS) {
      return false;
    }
    for (auto member : object) {
      std::string_view key;
      fast::value item;
      if (!enter(member, key, item) || named(writes, key)) {
        return false;
      }
      writes.emplace_back(key, "");
      if (!scalar(item, writes.back().second)) {
        return false;
      }
    }
    return true;
  }

  static bool named(const portal::PropertyWrites& writes, std::string_view name) {
    for (const auto& [known, value] : writes) {
      if (known == name) {
        return true;
      }
    }
    return false;
  }

  bool texts(fast::value& value, std::vector<std::string>& texts) {
    fast::array array;
    if (!texts.empty() || value.get_array().get(array) != simdjson::SUCCESS) {
      return false;
    }
    for (auto element : array) {
      fast::value item;
      if (element.get(item) != simdjson::SUCCESS || !scalar(item, texts.emplace_back())) {
        return false;
      }
    }
    return true;
  }

  static bool scalar(fast::value& value, std::string& out) {
    fast::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) {
      return false;
    }
    std::string_view text;
    bool flag = false;
    switch (type) {
      case fast::json_type::string:
        if (value.get_string().get(text) != simdjson::SUCCESS) {
          return false;
        }
        break;
      case fast::json_type::number: {
        double number = 0;
        text = trim(value.raw_json_token());
        if (value.get_double().get(number) != simdjson::SUCCESS) {
          return false;
        }
        break;
      }
      case fast::json_type::boolean:
        if (value.get_bool().get(flag) != simdjson::SUCCESS) {
          return false;
        }
        text = flag ? "true" : "false";
        break;
      case fast::json_type::null:
        if (!value.is_null()) {
          return false;
        }
        text = choices::null_value_means;
        break;
      default:
        return false;
    }
    out.assign(text);
    return true;
  }
};

/// Runs `walk` over the body's object; true when the whole body was read.
template <class Walker>
bool read(std::string_view body, const Walker& walk) {
  static thread_local fast::parser parser;
  const simdjson::padded_string padded(body);
  fast::document document;
  fast::object object;
  const char* rest = nullptr;
  return parser.iterate(padded).get(document) == simdjson::SUCCESS &&
         document.get_object().get(object) == simdjson::SUCCESS && walk(object) &&
         document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
}

}  // namespace

std::optional<RawBatch> read_raw_batch(std::string_view body) {
  RawBatch batch;
  const bool whole = read(body, [&](fast::object object) { return Walk().batch(object, batch); });
  return whole ? std::optional(std::move(batch)) : std::nullopt;
}

std::optional<RawIds> read_raw_ids(std::string_view body) {
  RawIds ids;
  const bool whole = read(body, [&](fast::object object) { return Walk().plain_ids(object, ids); });
  return whole ? std::optional(std::move(ids)) : std::nullopt;
}

std::optional<portal::PropertyWrites> read_raw_record(std::string_view body) {
  portal::PropertyWrites writes;
  const bool whole = read(body, [&](fast::object object) { return Walk().record(object, writes); });
  return whole ? std::optional(std::move(writes)) : std::nullopt;
}

}  // namespace hubsim::operations
