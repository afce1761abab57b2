#include "portal/notice_words.h"

#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;
using notify::NoticeState;
using notify::NoticeStep;

namespace {

ui::Color color_of(NoticeStep step) {
  switch (step) {
    case NoticeStep::handed_over: return ui::Color::success;
    case NoticeStep::failed:
    case NoticeStep::no_address:
    case NoticeStep::reserved: return ui::Color::warning;
    case NoticeStep::ordered:
    case NoticeStep::queued: return ui::Color::info;
    case NoticeStep::cancelled: break;
  }
  return ui::Color::neutral;
}

std::string step_in_words(const View& view, NoticeStep step) {
  switch (step) {
    case NoticeStep::ordered: return view.t("sending.notice.ordered");
    case NoticeStep::queued: return view.t("sending.notice.queued");
    case NoticeStep::handed_over: return view.t("sending.notice.handed_over");
    case NoticeStep::failed: return view.t("sending.notice.failed");
    case NoticeStep::no_address: return view.t("sending.notice.no_address");
    case NoticeStep::reserved: return view.t("sending.notice.reserved");
    case NoticeStep::cancelled: break;
  }
  return view.t("sending.notice.cancelled");
}

// Why it waits, and until when.
std::string wait_in_words(const View& view, const NoticeState& state) {
  if (!state.next) return {};
  const base::Texts::Params until{{"time", base::format_local(*state.next, base::TimeStyle::compact, view.language)}};
  switch (state.waits) {
    case notify::NoticeWait::time: return view.t("sending.notice.waits.time", until);
    case notify::NoticeWait::others: return view.t("sending.notice.waits.others", until);
    case notify::NoticeWait::registers: return view.t("sending.notice.waits.registers", until);
    case notify::NoticeWait::relay: return view.t("sending.notice.waits.relay", until);
    case notify::NoticeWait::none: break;
  }
  return {};
}

// The channel, and why it went no further, where there is something to say.
std::string more_of(const View& view, const NoticeState& state) {
  std::string more;
  const auto add = [&](std::string_view id) {
    if (view.site.texts.has(id)) more += (more.empty() ? "" : ". ") + view.t(id);
  };
  if (!state.channel.empty()) add("sending.notice.by." + state.channel);
  if (!state.reason.empty()) add("sending.notice.reason." + state.reason);
  if (state.may_have_gone_twice) add("sending.notice.twice");
  return more;
}

}  // namespace

Html notice_tag(const View& view, const NoticeState& state) {
  Html said = ui::tag(step_in_words(view, state.step), color_of(state.step));
  if (state.step == NoticeStep::handed_over) said += el("div", time_tag(view, state.at, base::TimeStyle::compact));
  if (const auto wait = wait_in_words(view, state); !wait.empty()) said += el("div", text(wait));
  if (const auto more = more_of(view, state); !more.empty()) said += el("div", text(more));
  return said;
}

Html notice_in_full(const View& view, const NoticeState& state) {
  Html said = notice_tag(view, state);
  const auto carrier = state.code + (state.code.empty() || state.words.empty() ? "" : " ") + state.words;
  if (!carrier.empty()) said += detail(view.t("sending.notice.carrier"), ui::breakable(carrier));
  if (state.together > 1) said += el("div", text(view.plural("sending.notice.together", state.together)));
  if (state.step == NoticeStep::handed_over) said += el("div", text(view.t("sending.notice.not_read")));
  return said;
}

}  // namespace alting::portal
