// Named places where a test can make the world break: an error, or the end of the process.
//
// A place that is off costs one relaxed load. Nothing arms one but a test, through arm(), or the kill tests through the
// environment variable ALTING_FAILPOINT ("name=kill" or "name=error", with "@N" for the Nth time it is passed).
#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>

namespace alting::store::failpoint {

enum class Action : std::uint8_t { error, kill };

// `pass` 1 is the next time the place is passed. One place at a time.
void arm(std::string_view name, Action action, int pass = 1);
void disarm();
[[nodiscard]] bool fired();  // since it was armed
void arm_from_environment();

// The one piece of state that is not passed in: a place must be cheap and may stand anywhere.
extern std::atomic<bool> any_armed;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
// Whether to pretend that the step failed; does not return when the process is to end here.
[[nodiscard]] bool hit_armed(std::string_view name);
[[nodiscard]] inline bool hit(std::string_view name) {
  return any_armed.load(std::memory_order_relaxed) && hit_armed(name);
}
// Where a failure is a DatabaseError: throws it when a test asks for one.
void pass(std::string_view name);

}  // namespace alting::store::failpoint
