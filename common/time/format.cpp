#include "common/time/format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "common/base/text.h"

namespace hubsim {

namespace {

namespace chr = std::chrono;

struct Civil {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  unsigned weekday = 0;
};

Civil to_civil(Instant instant) {
  const auto day = chr::floor<chr::days>(instant);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss time(chr::floor<chr::milliseconds>(instant - day));
  return {.year = int(date.year()),
          .month = unsigned(date.month()),
          .day = unsigned(date.day()),
          .hour = int(time.hours().count()),
          .minute = int(time.minutes().count()),
          .second = int(time.seconds().count()),
          .millisecond = int(time.subseconds().count()),
          .weekday = chr::weekday(day).c_encoding()};
}

/// Takes `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) {
    return std::nullopt;
  }
  const auto value = parse_uint(text.substr(0, digits));
  text.remove_prefix(digits);
  return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<chr::sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  const bool dash = take_char(text, '-');
  const auto month = take_number(text, 2);
  const bool dash2 = take_char(text, '-');
  const auto day = take_number(text, 2);
  if (!year || !dash || !month || !dash2 || !day) {
    return std::nullopt;
  }
  const chr::year_month_day date(chr::year(*year), chr::month(static_cast<unsigned>(*month)),
                                 chr::day(static_cast<unsigned>(*day)));
  return date.ok() ? std::optional(chr::sys_days(date)) : std::nullopt;
}

/// Digits after the dot, read as a fraction of a second; anything below a microsecond is dropped.
Duration take_fraction(std::string_view& text) {
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    micros += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return Duration(micros);
}

std::optional<Duration> take_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  const bool colon = take_char(text, ':');
  const auto minute = take_number(text, 2);
  if (!hour || !colon || !minute || *hour > 23 || *minute > 59) {
    return std::nullopt;
  }
  Duration time = chr::hours(*hour) + chr::minutes(*minute);
  if (take_char(text, ':')) {
    const auto second = take_number(text, 2);
    if (!second || *second > 59) {
      return std::nullopt;
    }
    time += chr::seconds(*second);
    if (take_char(text, '.')) {
      time += take_fraction(text);
    }
  }
  return time;
}

std::optional<Duration> take_offset(std::string_view& text) {
  if (text.empty() || text == "Z" || text == "z") {
    text = {};
    return Duration(0);
  }
  const bool minus = text.front() == '-';
  if (!minus && text.front() != '+') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  take_char(text, ':');
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || !text.empty()) {
    return std::nullopt;
  }
  const Duration offset = chr::hours(*hours) + chr::minutes(*minutes);
  return minus ? -offset : offset;
}

struct Unit {
  std::string_view name;
  double micros;
};
constexpr std::array<Unit, 6> units{
    {{"us", 1.0}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}, {"d", 86400e6}}};

}  // namespace

void append_iso8601(std::string& out, Instant instant) {
  const Civil c = to_civil(instant);
  std::array<char, 32> text{};
  char* p = text.data();
  const auto digits = [&p](int value, int width) {
    for (int i = width - 1; i >= 0; --i) {
      p[i] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
    p += width;
  };
  digits(c.year, 4);
  *p++ = '-';
  digits(static_cast<int>(c.month), 2);
  *p++ = '-';
  digits(static_cast<int>(c.day), 2);
  *p++ = 'T';
  digits(c.hour, 2);
  *p++ = ':';
  digits(c.minute, 2);
  *p++ = ':';
  digits(c.second, 2);
  if (c.millisecond != 0) {
    *p++ = '.';
    digits(c.millisecond, 3);
  }
  *p++ = 'Z';
  out.append(text.data(), static_cast<std::size_t>(p - text.data()));
}

std::string format_iso8601(Instant instant) {
  std::string out;
  append_iso8601(out, instant);
  return out;
}

std::string format_date(Instant instant) {
  const Civil c = to_civil(instant);
  return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

std::string format_http_date(Instant instant) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = to_civil(instant);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[c.weekday], c.day,
                     months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

std::optional<Instant> parse_iso8601(std::string_view text) {
  const auto date = take_date(text);
  if (!date) {
    return std::nullopt;
  }
  if (text.empty()) {
    return Instant(*date);
  }
  if (!take_char(text, 'T') && !take_char(text, ' ')) {
    return std::nullopt;
  }
  const auto time = take_time(text);
  const auto offset = time ? take_offset(text) : std::nullopt;
  if (!offset) {
    return std::nullopt;
  }
  return Instant(*date) + *time - *offset;
}

std::optional<Duration> parse_duration(std::string_view text) {
  const auto unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == std::string_view::npos || unit_at == 0) {
    return std::nullopt;
  }
  const auto number = parse_double(text.substr(0, unit_at));
  for (const Unit& unit : units) {
    if (number && text.substr(unit_at) == unit.name) {
      const double micros = *number * unit.micros;
      // A century is the bound: far beyond any plan, far below overflow.
      return micros <= 3.2e15 ? std::optional(Duration(std::llround(micros))) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string format_duration(Duration duration) {
  const auto micros = static_cast<double>(duration.count());
  const Unit* best = units.data();
  for (const Unit& unit : units) {
    if (std::abs(micros) >= unit.micros) {
      best = &unit;
    }
  }
  return fmt::format("{:.6g}{}", micros / best->micros, best->name);
}

}  // namespace hubsim
