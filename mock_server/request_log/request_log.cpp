#include "mock_server/request_log/request_log.h"

#include <algorithm>
#include <array>

#include "common/base/assert.h"
#include "common/time/format.h"

namespace hubsim::request_log {

namespace {

constexpr std::size_t chunk_slots = 1024;
constexpr std::size_t text_count = 11;

/// The texts of an entry in the order they lie in a slot.
template <class Entry>
auto texts_of(Entry& entry) {
  return std::array{&entry.method,    &entry.path,        &entry.query,
                    &entry.operation, &entry.object_type, &entry.correlation_id,
                    &entry.faults,    &entry.limited_by,  &entry.ending,
                    &entry.key,       &entry.note};
}

Json words_of(std::string_view text) {
  Json words = Json::array();
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    words.push_back(std::string(text.substr(0, blank)));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return words;
}

Json sequences_of(const RequestEntry& entry) {
  Json sequences = Json::array();
  for (std::uint32_t i = 0; i < entry.sequence_count; ++i) {
    sequences.push_back(entry.first_sequence + i);
  }
  return sequences;
}

}  // namespace

Json to_json(const RequestEntry& entry) {
  Json json = Json::object();
  json["number"] = entry.number;
  json["at_ms"] = to_unix_ms(entry.at);
  json["method"] = entry.method;
  json["path"] = entry.path;
  json["query"] = entry.query;
  json["operation"] = entry.operation;
  json["object_type"] = entry.object_type;
  json["app_id"] = entry.app_id;
  json["status"] = entry.status;
  json["correlation_id"] = entry.correlation_id;
  json["faults"] = words_of(entry.faults);
  json["limited_by"] = entry.limited_by;
  json["committed"] = entry.committed;
  json["sequences"] = sequences_of(entry);
  json["ending"] = entry.ending;
  json["key"] = entry.key;
  json["note"] = entry.note;
  json["delay_us"] = entry.delay.count();
  json["handling_us"] = entry.handling.count();
  json["sent_bytes"] = entry.sent_bytes;
  json["took_us"] = entry.took.count();
  json["sent_complete"] = entry.sent_complete;
  json["inputs"] = entry.inputs;
  json["retry_after_ms"] = entry.retry_after_ms;
  return json;
}

/// The texts lie behind each other in one room, which is kept when the slot is used again. Rooms
/// come from the log's own pool, in large pieces: the C library would grow a worker's heap by a
/// page and a system call for each long entry.
struct RequestLog::Slot {
  RequestEntry entry;  ///< its texts are views into `room`
  char* room = nullptr;
  std::size_t room_size = 0;

  void fill(const RequestEntry& from, std::pmr::memory_resource& rooms) {
    const auto sources = texts_of(from);
    static_assert(std::tuple_size_v<decltype(sources)> == text_count);
    std::size_t size = 0;
    for (const std::string_view* text : sources) {
      size += text->size();
    }
    if (size > room_size) {
      if (room != nullptr) {
        rooms.deallocate(room, room_size, 1);
      }
      room = static_cast<char*>(rooms.allocate(size, 1));
      room_size = size;
    }
    entry = from;
    char* at = room;
    for (std::string_view* text : texts_of(entry)) {
      std::copy(text->begin(), text->end(), at);
      *text = {at, text->size()};
      at += text->size();
    }
  }
};

struct RequestLog::Chunk {
  std::array<Slot, chunk_slots> slots;
};

RequestLog::RequestLog(std::size_t capacity)
    : capacity_(std::max(capacity, chunk_slots) / chunk_slots * chunk_slots),
      chunks_(capacity_ / chunk_slots) {}

RequestLog::~RequestLog() = default;

RequestLog::Slot& RequestLog::slot_of(std::uint64_t number) {
  const std::size_t index = number % capacity_;
  auto& chunk = chunks_[index / chunk_slots];
  if (!chunk) {
    chunk = std::make_unique<Chunk>();
  }
  return chunk->slots[index % chunk_slots];
}

const RequestLog::Slot* RequestLog::find(std::uint64_t number) const {
  const std::size_t index = number % capacity_;
  const auto& chunk = chunks_[index / chunk_slots];
  if (!chunk) {
    return nullptr;
  }
  const Slot& slot = chunk->slots[index % chunk_slots];
  return slot.entry.number == number ? &slot : nullptr;
}

std::uint64_t RequestLog::first_locked() const noexcept {
  const std::uint64_t oldest = highest_ >= capacity_ ? highest_ - capacity_ + 1 : 1;
  return std::max(oldest, base_);
}

void RequestLog::record(const RequestEntry& entry) {
  HUBSIM_ASSERT(entry.number > 0);
  const std::lock_guard lock(mutex_);
  if (entry.number < first_locked()) {
    return;  // so late that its place is another's by now, or cleared away
  }
  slot_of(entry.number).fill(entry, rooms_);
  highest_ = std::max(highest_, entry.number);
}

void RequestLog::close(std::uint64_t number, std::uint64_t bytes, bool complete, Duration took) {
  const std::lock_guard lock(mutex_);
  if (number < first_locked() || find(number) == nullptr) {
    return;
  }
  RequestEntry& entry = slot_of(number).entry;
  entry.sent_bytes = bytes;
  entry.sent_complete = complete;
  entry.took = took;
  entry.closed = true;
}

void RequestLog::clear() {
  shapes_.clear();
  const std::lock_guard lock(mutex_);
  base_ = next_.load();
  highest_ = base_ - 1;
}

std::uint64_t RequestLog::first_available() const {
  const std::lock_guard lock(mutex_);
  return first_locked();
}

Json RequestLog::page(std::uint64_t after, std::size_t limit, bool closed_only) const {
  Json results = Json::array();
  const std::lock_guard lock(mutex_);
  const std::uint64_t first = first_locked();
  // What a clear() took away is forgotten, not lost.
  const std::uint64_t wanted = std::max(after + 1, base_);
  std::uint64_t number = std::max(wanted, first);
  for (; number <= highest_ && results.size() < limit; ++number) {
    const Slot* slot = find(number);
    if (slot == nullptr || (closed_only && !slot->entry.closed)) {
      break;
    }
    results.push_back(to_json(slot->entry));
  }
  const std::uint64_t next_after = std::max(number, after + 1) - 1;
  return {{"results", std::move(results)},
          {"next_after", next_after},
          {"first_available", first},
          {"lost", first > wanted ? first - wanted : 0}};
}

}  // namespace hubsim::request_log
