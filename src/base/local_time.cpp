// Times in Oslo, by the rules of ICU's time zones, and times as people read them.
#include <fmt/format.h>
#include <unicode/basictz.h>
#include <unicode/smpdtfmt.h>

#include <chrono>
#include <memory>
#include <stdexcept>

#include "base/civil_date.h"
#include "base/icu.h"
#include "base/time.h"
#include "base/wall_clock.h"

namespace alting::base {
namespace {

// ICU's objects take tens of microseconds to make and are not to be shared between threads: each thread keeps its own.
const icu::BasicTimeZone& oslo() {
  thread_local const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone("Europe/Oslo"));
  const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  if (!basic || *zone == icu::TimeZone::getUnknown())
    throw std::runtime_error("ICU does not know the time zone Europe/Oslo");
  return *basic;
}

std::int64_t floor_millis(Instant at) { return at.micros / 1000 - (at.micros % 1000 < 0 ? 1 : 0); }

// CLDR's patterns for nb, nn and en-GB, with hours and minutes only (CLDR has no length between these).
const char16_t* pattern(TimeStyle style, bool english) {
  switch (style) {
    case TimeStyle::full: return english ? u"EEEE d MMMM y 'at' HH:mm" : u"EEEE d. MMMM y 'kl.' HH:mm";
    case TimeStyle::date: return english ? u"d MMMM y" : u"d. MMMM y";
    case TimeStyle::compact: return english ? u"dd/MM/y HH:mm" : u"dd.MM.y HH:mm";
    case TimeStyle::clock: return u"HH:mm";
  }
  return u"HH:mm";
}

std::unique_ptr<icu::SimpleDateFormat> make_format(TimeStyle style, Language language) {
  const bool english = language == Language::en;
  const icu::Locale locale(english ? "en_GB" : language == Language::nn ? "nn_NO" : "nb_NO");
  UErrorCode status = U_ZERO_ERROR;
  auto format = std::make_unique<icu::SimpleDateFormat>(icu::UnicodeString(pattern(style, english)), locale, status);
  icu_must(status, "making a date format");
  format->adoptTimeZone(oslo().clone());
  return format;
}

struct UnitWords {
  const char *one, *many;
};
struct RelativeWords {
  UnitWords year, day, hour, minute;
  const char *now, *future, *past, *joint;
};

const RelativeWords& relative_words(Language language) {
  static constexpr RelativeWords nb{{"år", "år"}, {"dag", "dager"}, {"time", "timer"}, {"minutt", "minutter"},
                                    "nå",         "om {}",          "for {} siden",    "{} og {}"};
  static constexpr RelativeWords nn{{"år", "år"}, {"dag", "dagar"}, {"time", "timar"}, {"minutt", "minutt"},
                                    "no",         "om {}",          "for {} sidan",    "{} og {}"};
  static constexpr RelativeWords en{{"year", "years"}, {"day", "days"}, {"hour", "hours"}, {"minute", "minutes"}, "now",
                                    "in {}",           "{} ago",        "{} and {}"};
  return language == Language::nb ? nb : language == Language::nn ? nn : en;
}

}  // namespace

LocalTime to_oslo(Instant at) {
  std::int32_t raw = 0, dst = 0;
  UErrorCode status = U_ZERO_ERROR;
  const std::int64_t millis = floor_millis(at);
  oslo().getOffset(static_cast<UDate>(millis), false, raw, dst, status);
  icu_must(status, "reading the offset");
  const auto local = std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{millis + raw + dst}};
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{local - midnight};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(std::chrono::weekday{midnight}.iso_encoding()) - 1,
          (raw + dst) / 60'000};
}

namespace {

// Milliseconds of the wall clock's time read as UTC; nothing when there is no such day or time.
std::optional<std::int64_t> wall_millis(int year, int month, int day, int hour, int minute, int second) {
  const auto date = existing_date(year, month, day);
  if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  const auto local = std::chrono::sys_days{*date}.time_since_epoch() + std::chrono::hours{hour} +
                     std::chrono::minutes{minute} + std::chrono::seconds{second};
  return std::chrono::milliseconds{local}.count();
}

// By the offset before (FORMER) or after (LATTER) the change, where a change makes the time doubtful.
Instant moment(std::int64_t millis, UTimeZoneLocalOption change) {
  std::int32_t raw = 0, dst = 0;
  UErrorCode status = U_ZERO_ERROR;
  oslo().getOffsetFromLocal(static_cast<UDate>(millis), change, change, raw, dst, status);
  icu_must(status, "reading the offset");
  return Instant{(millis - raw - dst) * 1000};
}

}  // namespace

std::optional<Instant> from_oslo(int year, int month, int day, int hour, int minute, int second) {
  const auto millis = wall_millis(year, month, day, hour, minute, second);
  if (!millis) return std::nullopt;
  // FORMER: the first of two equal times; a skipped time moves on by the gap.
  return moment(*millis, UCAL_TZ_LOCAL_FORMER);
}

std::vector<Instant> moments_in_oslo(int year, int month, int day, int hour, int minute, int second) {
  const auto millis = wall_millis(year, month, day, hour, minute, second);
  if (!millis) return {};
  const auto former = moment(*millis, UCAL_TZ_LOCAL_FORMER), latter = moment(*millis, UCAL_TZ_LOCAL_LATTER);
  if (former == latter) return {former};
  // A skipped time is moved on by the offset before the change and back by the one after it.
  if (latter < former) return {};
  return {former, latter};
}

std::string to_rfc3339_oslo(Instant at) {
  const LocalTime t = to_oslo(at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute,
                     t.second, t.offset_minutes / 60, t.offset_minutes % 60);  // Oslo is never west of Greenwich
}

std::string to_date_oslo(Instant at) {
  const LocalTime t = to_oslo(at);
  return fmt::format("{:04}-{:02}-{:02}", t.year, t.month, t.day);
}

std::string format_local(Instant at, TimeStyle style, Language language) {
  thread_local std::unique_ptr<icu::SimpleDateFormat> formats[4][all_languages.size()];
  auto& format = formats[static_cast<std::size_t>(style)][static_cast<std::size_t>(language)];
  if (!format) format = make_format(style, language);
  icu::UnicodeString text;
  format->format(static_cast<UDate>(floor_millis(at)), text);
  std::string out;
  return text.toUTF8String(out);
}

std::string date_in_words(std::string_view date, Language language) {
  // Noon in Greenwich is the same day in Oslo.
  const auto noon = is_date(date) ? from_rfc3339(std::string(date) + "T12:00:00Z") : std::nullopt;
  return noon ? format_local(*noon, TimeStyle::date, language) : std::string(date);
}

std::string format_relative(Instant at, Instant now, Language language) {
  const RelativeWords& words = relative_words(language);
  const bool past = at < now;
  std::int64_t minutes = (past ? now - at : at - now).micros / Duration::minutes(1).micros;
  const std::pair<std::int64_t, UnitWords> units[] = {
      {365 * 24 * 60, words.year}, {24 * 60, words.day}, {60, words.hour}, {1, words.minute}};
  std::vector<std::string> parts;
  for (const auto& [size, unit] : units) {
    const std::int64_t count = minutes / size;
    minutes %= size;
    if (count > 0)
      parts.push_back(fmt::format("{} {}", count, count == 1 ? unit.one : unit.many));
    else if (!parts.empty())
      break;  // "2 dager", not "2 dager og 4 minutter"
    if (parts.size() == 2) break;
  }
  if (parts.empty()) return words.now;
  const std::string span = parts.size() == 1 ? parts[0] : fmt::format(fmt::runtime(words.joint), parts[0], parts[1]);
  return fmt::format(fmt::runtime(past ? words.past : words.future), span);
}

}  // namespace alting::base
