// Packed rows: operations as tools/catalogue/pack.py writes them into the binary. Only unpack.cpp
// looks in here.
// Threads: constant data. Invariant: the order of members is that of compile.py's ROW format.
#pragma once

#include <cstdint>

#include "hubspot/catalogue/shape_tables.h"

namespace hubsim::hubspot {

/// A run of the section of lists.
struct PackedList {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct PackedRow {
  enum Flag : std::uint8_t { json_body = 1, derived = 2, retired = 4 };
  PackedText id;
  PackedText area;
  PackedText summary;
  PackedText path_template;
  PackedText version;
  PackedText evidence;
  PackedText resource;
  PackedText id_param;
  PackedText verb;
  PackedText request_type;
  PackedText response_type;
  PackedList scopes;
  PackedList owner_params;
  std::uint32_t request = ShapeTables::none;
  std::uint32_t response = ShapeTables::none;
  std::uint32_t query = ShapeTables::none;
  std::uint16_t success_status = 200;
  std::uint16_t partial_status = 0;
  std::uint8_t grade = 0;
  std::uint8_t method = 0;
  std::uint8_t limit = 0;
  std::uint8_t paging = 0;
  std::uint8_t role = 0;
  std::uint8_t refusal = 0;
  std::uint8_t credentials = 0;
  std::uint8_t stage = 0;
  std::uint8_t flags = 0;
  std::uint8_t reserved = 0;
  std::uint16_t body_limit_mb = 0;
};
static_assert(sizeof(PackedRow) == 132);

struct PackedCoverage {
  PackedText area;
  PackedText family;
  PackedText version;
  std::uint32_t modelled = 0;
  std::uint32_t stateful = 0;
  std::uint32_t shaped = 0;
  std::uint32_t derived = 0;
  std::uint32_t retired = 0;
  std::uint32_t absent = 0;
};
static_assert(sizeof(PackedCoverage) == 48);

}  // namespace hubsim::hubspot
