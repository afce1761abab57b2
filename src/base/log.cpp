#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

namespace alting::base {
namespace {

constexpr std::size_t longest_text = 2000;  // code points

// The process has one standard error, so the log is the one thing that is not passed in.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<LogLevel> lowest_level{LogLevel::info};
std::mutex line_mutex;  // a line longer than PIPE_BUF could be torn by another's
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

std::string_view level_text(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, one_line(text, longest_text));
  return out;
}

// What cannot be written is lost: there is nowhere left to say so.
void write_line(std::string_view line) {
  const std::lock_guard lock(line_mutex);
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Field::Field(std::string_view field_name, std::string_view text) : name(field_name), value(quoted(text)) {}
Field::Field(std::string_view field_name, const char* text) : Field(field_name, std::string_view(text)) {}
Field::Field(std::string_view field_name, std::int64_t number) : name(field_name), value(std::to_string(number)) {}
Field::Field(std::string_view field_name, int number) : Field(field_name, static_cast<std::int64_t>(number)) {}
Field::Field(std::string_view field_name, std::uint64_t number) : name(field_name), value(std::to_string(number)) {}

void set_log_level(LogLevel level) { lowest_level = level; }

void log(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return;
  // The log's own time is the system's, even when the program's clock is a test's.
  std::string line = "{\"time\":\"" + to_rfc3339_millis(SystemClock().now()) + "\",\"level\":\"";
  line += level_text(level);
  line += "\",\"event\":" + quoted(event);
  for (const Field& field : fields) line += "," + quoted(field.name) + ":" + field.value;
  line += "}\n";
  write_line(line);
}

}  // namespace alting::base
