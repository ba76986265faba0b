#include <bit>
#include <cstring>
#include <vector>

#include "common/base/assert.h"
#include "hubspot/catalogue/catalogue.h"
#include "hubspot/catalogue/coverage.h"
#include "hubspot/catalogue/packed.h"
#include "hubspot/catalogue/packed_rows.h"

extern "C" {
extern const char hubsim_catalogue_begin[];  // the assembler's .incbin, aligned to 16
extern const char hubsim_catalogue_end[];
}

namespace hubsim::hubspot {

namespace {

static_assert(std::endian::native == std::endian::little, "the packed catalogue is little-endian");

enum class Section : std::size_t { pool, shapes, fields, values, lists, rows, coverage };

class Blob {
 public:
  explicit Blob(const char* begin) : begin_(begin) {
    HUBSIM_ASSERT(std::memcmp(begin, "HSCAT002", 8) == 0);
  }

  template <class T>
  [[nodiscard]] std::span<const T> section(Section section) const {
    std::uint32_t entry[2];
    std::memcpy(entry, begin_ + 8 + 8 * static_cast<std::size_t>(section), sizeof entry);
    return {reinterpret_cast<const T*>(begin_ + entry[0]), entry[1]};
  }

 private:
  const char* begin_;
};

/// The rows as they are used, over the constant bytes.
class Unpacked {
 public:
  explicit Unpacked(const Blob& blob)
      : tables_{.pool = text_of(blob.section<char>(Section::pool)),
                .shapes = blob.section<PackedShape>(Section::shapes),
                .fields = blob.section<PackedField>(Section::fields),
                .texts = blob.section<PackedText>(Section::values)} {
    for (const PackedText text : blob.section<PackedText>(Section::lists)) {
      lists_.push_back(tables_.text(text));
    }
    const auto rows = blob.section<PackedRow>(Section::rows);
    rows_.reserve(rows.size());
    for (const PackedRow& row : rows) {
      rows_.push_back(unpack(row));
    }
    for (const PackedCoverage& each : blob.section<PackedCoverage>(Section::coverage)) {
      coverage_.push_back({.area = tables_.text(each.area),
                           .family = tables_.text(each.family),
                           .version = tables_.text(each.version),
                           .counts = {.modelled = each.modelled,
                                      .stateful = each.stateful,
                                      .shaped = each.shaped,
                                      .derived = each.derived,
                                      .retired = each.retired,
                                      .absent = each.absent}});
    }
  }

  [[nodiscard]] std::span<const OperationRow> rows() const noexcept { return rows_; }
  [[nodiscard]] std::span<const FamilyCoverage> coverage() const noexcept { return coverage_; }

 private:
  static std::string_view text_of(std::span<const char> bytes) {
    return {bytes.data(), bytes.size()};
  }
  [[nodiscard]] std::span<const std::string_view> list(PackedList packed) const {
    return std::span(lists_).subspan(packed.first, packed.count);
  }
  [[nodiscard]] Shape shape(std::uint32_t index) const {
    return index == ShapeTables::none ? Shape() : Shape(tables_, index);
  }
  [[nodiscard]] OperationRow unpack(const PackedRow& row) const;

  ShapeTables tables_;
  std::vector<std::string_view> lists_;
  std::vector<OperationRow> rows_;
  std::vector<FamilyCoverage> coverage_;
};

const Unpacked& unpacked() noexcept {
  static const Unpacked whole{Blob(hubsim_catalogue_begin)};
  return whole;
}

OperationRow Unpacked::unpack(const PackedRow& row) const {
  return {.id = tables_.text(row.id),
          .area = tables_.text(row.area),
          .summary = tables_.text(row.summary),
          .grade = static_cast<Grade>(row.grade),
          .method = static_cast<http::Method>(row.method),
          .path_template = tables_.text(row.path_template),
          .version = tables_.text(row.version),
          .success_status = row.success_status,
          .limit = static_cast<LimitClass>(row.limit),
          .paging = static_cast<Paging>(row.paging),
          .role = static_cast<Role>(row.role),
          .json_body = (row.flags & PackedRow::json_body) != 0,
          .credentials = row.credentials,
          .refusal = static_cast<Refusal>(row.refusal),
          .scopes = list(row.scopes),
          .evidence = tables_.text(row.evidence),
          .body_limit = std::uint64_t{row.body_limit_mb} << 20,
          .resource = tables_.text(row.resource),
          .owner_params = list(row.owner_params),
          .id_param = tables_.text(row.id_param),
          .verb = tables_.text(row.verb),
          .stage = static_cast<Stage>(row.stage),
          .request_type = tables_.text(row.request_type),
          .response_type = tables_.text(row.response_type),
          .request = shape(row.request),
          .response = shape(row.response),
          .query = shape(row.query),
          .partial_status = row.partial_status,
          .derived = (row.flags & PackedRow::derived) != 0,
          .retired = (row.flags & PackedRow::retired) != 0};
}

/// Bytes that were read, with what is unpacked from them.
struct Owned {
  explicit Owned(std::string packed) : bytes(std::move(packed)), rows(Blob(bytes.data())) {}
  std::string bytes;
  Unpacked rows;
};

}  // namespace

MoreRows unpack_rows(std::string packed) {
  auto owned = std::make_shared<const Owned>(std::move(packed));
  const auto rows = owned->rows.rows();
  MoreRows out{.rows = {rows.begin(), rows.end()}, .keepers = {}};
  out.keepers.push_back(std::move(owned));
  return out;
}

std::span<const OperationRow> catalogue() noexcept { return unpacked().rows(); }

std::span<const FamilyCoverage> family_coverage() noexcept { return unpacked().coverage(); }

}  // namespace hubsim::hubspot
