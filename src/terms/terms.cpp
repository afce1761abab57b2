// The shared words that need more than a header: names of apps, of actions and of modes.
#include "terms/ids.h"
#include "terms/mode.h"
#include "terms/permit.h"

namespace alting::terms {
namespace {

bool is_app_part(std::string_view part) {
  if (part.empty() || part.size() > 40 || part.front() == '-') return false;
  return std::all_of(part.begin(), part.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

std::optional<AppId> AppId::make(std::string_view org, std::string_view app) {
  if (!is_app_part(org) || !is_app_part(app)) return std::nullopt;
  return AppId{std::string(org), std::string(app)};
}

std::optional<AppId> AppId::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return make(text.substr(0, slash), text.substr(slash + 1));
}

std::string_view to_text(Action action) {
  switch (action) {
    case Action::instantiate: return "instantiate";
    case Action::read: return "read";
    case Action::write: return "write";
    case Action::remove: return "delete";
    case Action::complete: return "complete";
    case Action::confirm: return "confirm";
    case Action::delegate: return "delegate";
    case Action::read_delegations: return "read-delegations";
    case Action::read_activity: return "read-activity";
    case Action::agency_read: return "agency-read";
    case Action::agency_confirm: return "agency-confirm";
    case Action::agency_send: return "agency-send";
    case Action::agency_follow: return "agency-follow";
    case Action::represent: return "represent";
  }
  return "";
}

std::optional<Mode> mode_from(std::string_view text) {
  if (text == "test") return Mode::test;
  if (text == "production") return Mode::production;
  return std::nullopt;
}

}  // namespace alting::terms
