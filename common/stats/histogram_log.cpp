// HdrHistogram's V2 compressed encoding and its log lines. Format: the HdrHistogram project's
// AbstractHistogram.encodeIntoByteBuffer, ZigZagEncoding and HistogramLogWriter.
#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <bit>

#include "common/stats/histogram.h"

namespace hubsim::stats {

namespace {

constexpr std::uint32_t cookie_plain = 0x1c849303 | 0x10;
constexpr std::uint32_t cookie_compressed = 0x1c849304 | 0x10;
constexpr std::size_t head_bytes = 40;
constexpr std::size_t max_plain_bytes = 4 * 1024 * 1024;

void put_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
  }
}

std::uint64_t get_big_endian(std::string_view in, std::size_t at, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(in[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

/// LEB128 of a zig-zag number, the ninth byte carrying eight bits.
void put_zigzag(std::string& out, std::int64_t value) {
  auto left = (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
  for (int i = 0; i < 8 && (left >> 7U) != 0; ++i) {
    out.push_back(static_cast<char>((left & 0x7fU) | 0x80U));
    left >>= 7U;
  }
  out.push_back(static_cast<char>(left));
}

bool get_zigzag(std::string_view in, std::size_t& at, std::int64_t& value) {
  std::uint64_t raw = 0;
  for (unsigned i = 0; i < 9; ++i) {
    if (at == in.size()) {
      return false;
    }
    const std::uint64_t byte = static_cast<unsigned char>(in[at++]);
    raw |= (i == 8 ? byte : byte & 0x7fU) << (7 * i);
    if (i == 8 || (byte & 0x80U) == 0) {
      break;
    }
  }
  value = static_cast<std::int64_t>(raw >> 1U) ^ -static_cast<std::int64_t>(raw & 1U);
  return true;
}

constexpr std::string_view base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8U) | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(k <= have ? base64_letters[(group >> (18 - 6 * k)) & 0x3fU] : '=');
    }
  }
  return out;
}

bool from_base64(std::string_view text, std::string& bytes) {
  while (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto digit = base64_letters.find(c);
    if (digit == std::string_view::npos) {
      return false;
    }
    group = (group << 6U) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>((group >> bits) & 0xffU));
    }
  }
  return true;
}

const Bytef* as_zlib(std::string_view bytes) {
  return static_cast<const Bytef*>(static_cast<const void*>(bytes.data()));
}

std::string deflate_all(std::string_view plain) {
  uLongf size = compressBound(plain.size());
  std::string out(size, '\0');
  void* place = out.data();
  const int status = compress2(static_cast<Bytef*>(place), &size, as_zlib(plain), plain.size(),
                               Z_BEST_COMPRESSION);
  HUBSIM_ASSERT(status == Z_OK);
  out.resize(size);
  return out;
}

/// Most texts are of one second and small: the room grows as it is needed.
bool inflate_all(std::string_view packed, std::string& plain) {
  for (std::size_t room = 16 * 1024; room <= max_plain_bytes; room *= 4) {
    plain.resize(room);
    uLongf size = plain.size();
    void* place = plain.data();
    const int status =
        uncompress(static_cast<Bytef*>(place), &size, as_zlib(packed), packed.size());
    if (status == Z_OK) {
      plain.resize(size);
      return true;
    }
    if (status != Z_BUF_ERROR) {
      return false;
    }
  }
  return false;
}

/// Calls `cell(index, times)` for each cell in use; false where the text is damaged.
template <class Cell>
bool walk_cells(std::string_view cells, Cell cell) {
  constexpr std::int64_t most_times = std::int64_t{1} << 53;
  std::size_t index = 0;
  for (std::size_t at = 0; at < cells.size();) {
    std::int64_t value = 0;
    if (!get_zigzag(cells, at, value) || value < -(std::int64_t{1} << 32) || value > most_times) {
      return false;
    }
    if (value <= 0) {
      index += value == 0 ? 1 : static_cast<std::size_t>(-value);
    } else if (!cell(index++, static_cast<std::uint64_t>(value))) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string safe_tag(std::string_view tag) {
  std::string out(tag);
  for (char& c : out) {
    c = c == ',' || c == '\x7f' || static_cast<unsigned char>(c) <= ' ' ? '_' : c;
  }
  return out;
}

struct HistogramCodec {
  static std::size_t most_cells() noexcept { return Histogram::cell_count(); }
  static PackedCell cell(std::size_t index, std::uint64_t times) noexcept {
    return {std::chrono::nanoseconds(Histogram::lowest_of_cell(index)),
            std::chrono::nanoseconds(Histogram::highest_of_cell(index)), times};
  }

  static std::string cells(const Histogram& histogram) {
    std::string out;
    auto zeros = static_cast<std::int64_t>(histogram.first_cell());
    for (std::size_t i = histogram.first_cell(); i < histogram.cells_in_use(); ++i) {
      const std::uint64_t count = histogram.count_in_cell(i);
      if (count == 0) {
        ++zeros;
        continue;
      }
      if (zeros > 0) {
        put_zigzag(out, zeros == 1 ? 0 : -zeros);
        zeros = 0;
      }
      put_zigzag(out, static_cast<std::int64_t>(count));
    }
    return out;
  }
};

std::string Histogram::pack() const { return HistogramCodec::cells(*this); }

bool Histogram::add_packed(std::string_view cells) noexcept {
  return walk_cells(
      cells, [this](std::size_t cell, std::uint64_t times) { return restore_cell(cell, times); });
}

std::optional<std::uint64_t> count_packed(std::string_view cells) noexcept {
  std::uint64_t count = 0;
  const bool whole = walk_cells(cells, [&count](std::size_t cell, std::uint64_t times) {
    count += times;
    return cell < HistogramCodec::most_cells();
  });
  return whole ? std::optional(count) : std::nullopt;
}

bool visit_packed(std::string_view cells, const std::function<void(const PackedCell&)>& visit) {
  return walk_cells(cells, [&visit](std::size_t cell, std::uint64_t times) {
    const bool known = cell < HistogramCodec::most_cells();
    if (known) {
      visit(HistogramCodec::cell(cell, times));
    }
    return known;
  });
}

std::string encode_packed(std::string_view cells) {
  std::string plain;
  put_big_endian(plain, cookie_plain, 4);
  put_big_endian(plain, cells.size(), 4);
  put_big_endian(plain, 0, 4);  // normalizing index offset
  put_big_endian(plain, Histogram::significant_digits, 4);
  put_big_endian(plain, Histogram::lowest_ns, 8);
  put_big_endian(plain, Histogram::highest_ns, 8);
  put_big_endian(plain, std::bit_cast<std::uint64_t>(1.0), 8);  // integer to double ratio
  plain += cells;
  const std::string packed = deflate_all(plain);
  std::string out;
  put_big_endian(out, cookie_compressed, 4);
  put_big_endian(out, packed.size(), 4);
  return to_base64(out + packed);
}

Result<std::string> decode_packed(std::string_view text) {
  std::string bytes;
  std::string plain;
  if (!from_base64(text, bytes) || bytes.size() < 8 ||
      get_big_endian(bytes, 0, 4) != cookie_compressed ||
      get_big_endian(bytes, 4, 4) != bytes.size() - 8) {
    return Failure{std::string("not an HdrHistogram V2 compressed text")};
  }
  if (!inflate_all(std::string_view(bytes).substr(8), plain) || plain.size() < head_bytes ||
      get_big_endian(plain, 0, 4) != cookie_plain ||
      get_big_endian(plain, 4, 4) != plain.size() - head_bytes) {
    return Failure{std::string("the histogram inside is damaged")};
  }
  if (get_big_endian(plain, 12, 4) != Histogram::significant_digits ||
      get_big_endian(plain, 16, 8) != Histogram::lowest_ns ||
      get_big_endian(plain, 24, 8) != Histogram::highest_ns) {
    return Failure{std::string("the histogram has another range (wanted 1 ns to 1 h, 3 digits)")};
  }
  plain.erase(0, head_bytes);
  if (!count_packed(plain)) {
    return Failure{std::string("the histogram's counts are damaged")};
  }
  return plain;
}

std::string Histogram::encode() const { return encode_packed(pack()); }

Result<Histogram> Histogram::decode(std::string_view text) {
  const auto cells = decode_packed(text);
  if (!cells) {
    return Failure{cells.error()};
  }
  Histogram histogram;
  HUBSIM_ASSERT(histogram.add_packed(*cells));
  return histogram;
}

std::string log_line(std::string_view tag, double start_s, double length_s,
                     const Histogram& histogram) {
  return log_line(tag, start_s, length_s, histogram.max(), histogram.pack());
}

std::string log_line(std::string_view tag, double start_s, double length_s,
                     std::chrono::nanoseconds max, std::string_view cells) {
  return fmt::format("Tag={},{:.3f},{:.3f},{:.3f},{}\n", safe_tag(tag), start_s, length_s,
                     static_cast<double>(max.count()) / 1e6, encode_packed(cells));
}

std::string log_head(double start_s_since_1970) {
  return fmt::format(
      "#[Histogram log format version 1.3]\n#[StartTime: {:.3f} (seconds since epoch)]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      start_s_since_1970);
}

}  // namespace hubsim::stats
