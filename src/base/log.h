// The program's own log: JSON lines on standard error. Never personal data: the arguments of log() are only types that
// cannot hold any (numbers, enumerators, static text, ids of requests and incidents).
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace alting::base {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

// A name and a value of a log line. `text` is for words of the program's own making (paths of configuration, names of
// rooms, error descriptions of libraries), never for what a person typed.
struct Field {
  Field(std::string_view name, std::string_view text);  // NOLINT
  Field(std::string_view name, const char* text);       // NOLINT
  Field(std::string_view name, std::int64_t number);    // NOLINT
  Field(std::string_view name, int number);             // NOLINT
  Field(std::string_view name, std::uint64_t number);   // NOLINT
  std::string_view name;
  std::string value;  // as JSON
};

void set_log_level(LogLevel level);
void log(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace alting::base
