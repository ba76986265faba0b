// RecordBook: the records a driver knows and may change, and how it picks one. Which record the
// i-th arrival gets depends on the seed and i; own creations take part once they are
// `settle_arrivals` old, so that their answer has come, and records archived by it no longer do.
// Threads: one. Bounded: further creations are made, but not remembered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/random/prng.h"

namespace hubsim::loadgen {

/// "uniform", "zipf(1.1)" (low places more often), "hot(5%)" (nine picks of ten in that share).
struct PickRule {
  enum class Shape { uniform, zipf, hot };
  Shape shape = Shape::uniform;
  double parameter = 0;
  [[nodiscard]] static Result<PickRule> parse(std::string_view text);
  /// A place in [0, count); count > 0.
  [[nodiscard]] std::size_t place(std::size_t count, Prng& prng) const;
};

class RecordBook {
 public:
  static constexpr std::size_t max_records = 1'000'000;
  static constexpr std::uint64_t settle_arrivals = 50;
  /// A record touched this recently is not archived: its update may still be on its way.
  static constexpr std::uint64_t quiet_arrivals = 32;

  void add_known(std::string id);
  /// The place of a record that arrival `index` creates; nothing when the book is full.
  std::optional<std::size_t> add_created(std::uint64_t index);
  void set_id(std::size_t place, std::string id) { records_[place].id = std::move(id); }

  /// The id of a living record that this arrival has not had yet; empty when none was found.
  std::string pick(const PickRule& rule, std::uint64_t index, Prng& prng);
  /// As pick(); the record is gone from the book.
  std::string pick_to_archive(const PickRule& rule, std::uint64_t index, Prng& prng);

  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  [[nodiscard]] std::size_t living() const noexcept { return living_; }

 private:
  struct Record {
    std::string id;
    std::uint64_t usable_from = 0;   ///< arrival
    std::uint64_t archive_from = 0;  ///< arrival
    std::uint64_t picked_by = 0;     ///< arrival + 1; 0: nobody yet
    bool gone = false;
  };
  [[nodiscard]] std::optional<std::size_t> find(const PickRule& rule, std::uint64_t index,
                                                bool to_archive, Prng& prng) const;
  std::vector<Record> records_;
  std::size_t living_ = 0;
};

}  // namespace hubsim::loadgen
