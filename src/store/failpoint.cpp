#include "store/failpoint.h"

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <string>

#include <fmt/format.h>

#include "store/database.h"

namespace alting::store::failpoint {

std::atomic<bool> any_armed{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): see the header

namespace {
struct Armed {
  std::mutex mutex;
  std::string name;
  Action action = Action::error;
  int passes_left = 0;
  bool fired = false;
};
Armed& armed() {
  static Armed state;
  return state;
}
}  // namespace

void arm(std::string_view name, Action action, int pass) {
  auto& state = armed();
  const std::lock_guard lock(state.mutex);
  state.name = name;
  state.action = action;
  state.passes_left = pass;
  state.fired = false;
  any_armed = true;
}

void disarm() {
  const std::lock_guard lock(armed().mutex);
  any_armed = false;
}

bool fired() {
  const std::lock_guard lock(armed().mutex);
  return armed().fired;
}

void arm_from_environment() {
  const char* text = std::getenv("ALTING_FAILPOINT");  // NOLINT(concurrency-mt-unsafe): at the start
  if (text == nullptr) return;
  std::string_view rest(text);
  const auto equals = rest.find('=');
  const auto at = rest.find('@');
  if (equals == std::string_view::npos) return;
  const auto action = rest.substr(equals + 1, at == std::string_view::npos ? at : at - equals - 1);
  const int pass = at == std::string_view::npos ? 1 : std::atoi(std::string(rest.substr(at + 1)).c_str());
  arm(rest.substr(0, equals), action == "kill" ? Action::kill : Action::error, pass);
}

bool hit_armed(std::string_view name) {
  auto& state = armed();
  const std::lock_guard lock(state.mutex);
  if (state.name != name || state.passes_left <= 0) return false;
  if (--state.passes_left > 0) return false;
  state.fired = true;
  if (state.action == Action::kill) (void)std::raise(SIGKILL);
  return true;
}

void pass(std::string_view name) {
  if (hit(name)) throw DatabaseError(fmt::format("failpoint {}", name));
}

}  // namespace alting::store::failpoint
