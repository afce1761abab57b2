#include "web/components/feedback.h"

namespace alting::web::ui {

using html::Attributes;
using html::el;

namespace {

Html heading_of(int level, const RichText& words, std::string_view size) {
  return html::Writer::element(fmt::format("h{}", std::clamp(level, 1, 6)),
                               {{"class", "ds-heading"}, {"data-size", size}}, html::words(words));
}

}  // namespace

Html alert(const Alert& alert) {
  Attributes attributes{{"class", "ds-alert"}, {"data-color", to_text(alert.color)}};
  if (!alert.id.empty()) attributes.push_back({"id", alert.id});
  if (alert.urgent) attributes.push_back({"role", "alert"});
  return el("div", attributes, alert.title.empty() ? Html{} : heading_of(alert.heading_level, alert.title, "xs"),
            alert.body);
}

Html alert(Color color, const RichText& message) {
  Alert plain;
  plain.color = color;
  plain.body = el("p", {{"class", "ds-paragraph"}}, html::words(message));
  return alert(plain);
}

Html error_summary(std::string_view title, const std::vector<FieldError>& errors) {
  if (errors.empty()) return {};
  Html items;
  for (const FieldError& error : errors)
    items += el("li", error.field_id.empty()
                          ? html::text(error.message)
                          : el("a",
                               {{"class", "ds-link"},
                                html::href(error.field_id.starts_with('/') ? error.field_id : "#" + error.field_id)},
                               html::text(error.message)));
  return el("section",
            {{"class", "ds-error-summary"},
             {"id", "error-summary"},
             {"tabindex", "-1"},
             {"autofocus", true},
             {"aria-labelledby", "error-summary-title"}},
            el("h2", {{"class", "ds-heading"}, {"data-size", "xs"}, {"id", "error-summary-title"}}, html::text(title)),
            el("ul", {{"class", "ds-list"}}, items));
}

Html tag(std::string_view label, Color color) {
  return el("span", {{"class", "ds-tag"}, {"data-color", to_text(color)}}, html::text(label));
}

Html badge(int count, std::string_view spoken, Color color) {
  if (count <= 0) return {};
  return el("span", {{"class", "count"}, {"data-color", to_text(color)}},
            el("span", {{"aria-hidden", "true"}}, html::text(count > 99 ? "99+" : std::to_string(count))),
            el("span", {{"class", "ds-sr-only"}}, html::text(spoken)));
}

Html empty_state(const EmptyState& state) {
  return el("div", {{"class", "empty"}}, heading_of(state.heading_level, state.title, "sm"),
            state.text.empty() ? Html{} : el("p", {{"class", "ds-paragraph"}}, html::text(state.text)), state.action);
}

namespace {

// What the script needs to say the time that is left in the two largest units, as base::format_relative does.
struct ClockWords {
  std::string_view units, joined, ahead, ago;
};
ClockWords clock_words(base::Language language) {
  switch (language) {
    case base::Language::nb: return {"dag,dager,time,timer,minutt,minutter", "og", "om {t}", "for {t} siden"};
    case base::Language::nn: return {"dag,dagar,time,timar,minutt,minutt", "og", "om {t}", "for {t} sidan"};
    case base::Language::en: return {"day,days,hour,hours,minute,minutes", "and", "in {t}", "{t} ago"};
  }
  return {};
}

}  // namespace

namespace {

std::string_view color_of(const Deadline& deadline) {
  return deadline.passed ? "danger" : deadline.soon ? "warning" : "info";
}

Html countdown(const Deadline& deadline) {
  const ClockWords words = clock_words(deadline.language);
  const std::string at = base::to_rfc3339(deadline.at);
  Attributes attributes{{"datetime", at},           {"data-countdown", at},   {"data-units", words.units},
                        {"data-and", words.joined}, {"data-in", words.ahead}, {"data-ago", words.ago}};
  if (deadline.late_after) attributes.push_back({"data-late-after", base::to_rfc3339(*deadline.late_after)});
  return el("time", attributes, html::text(deadline.words));
}

}  // namespace

Html deadline_clock(const Deadline& deadline) {
  return el("div", {{"class", "deadline"}, {"data-color", color_of(deadline)}},
            el("p", {{"class", "deadline-label"}}, html::words(deadline.label)),
            el("p", {{"class", "deadline-words"}}, countdown(deadline)),
            el("p", {{"class", "deadline-when"}}, html::text(deadline.when)),
            deadline.grace.empty() ? Html{} : el("p", {{"class", "deadline-when"}}, html::text(deadline.grace)));
}

Html deadline_line(const Deadline& deadline) {
  return el("p", {{"class", "deadline-line"}, {"data-color", color_of(deadline)}}, html::words(deadline.label),
            html::text(" "), countdown(deadline));
}

namespace {

std::string_view to_text(Step::State state) {
  switch (state) {
    case Step::State::done: return "done";
    case Step::State::current: return "current";
    case Step::State::upcoming: return "upcoming";
    case Step::State::fault: return "fault";
  }
  return "upcoming";
}

Html step_item(const Steps& steps, std::size_t place) {
  const Step& step = steps.steps[place];
  const std::string_view word = step.state == Step::State::done    ? steps.done_word
                                : step.state == Step::State::fault ? steps.fault_word
                                                                   : std::string_view{};
  Html name = html::words(step.name, html::Links::dropped);
  if (!word.empty()) name += el("span", {{"class", "ds-sr-only"}}, html::text(fmt::format(" ({})", word)));
  const bool current = step.state == Step::State::current;
  Html inside;
  if (step.href.empty() || current) {
    Attributes attributes{{"class", "step-name"}};
    if (current) attributes.push_back({"aria-current", "step"});
    inside = el("span", attributes, name);
  } else {
    inside = el("a", {{"class", "step-name"}, html::href(step.href)}, name);
  }
  return el("li", {{"class", "step"}, {"data-state", to_text(step.state)}, {"data-number", std::to_string(place + 1)}},
            inside);
}

Html step_list(const Steps& steps, std::size_t begin, std::size_t end) {
  Html items;
  for (std::size_t i = begin; i < end; ++i) items += step_item(steps, i);
  return el("ol", items);
}

constexpr std::size_t max_steps_in_sight = 6;

}  // namespace

Html progress_steps(const Steps& steps) {
  const auto count = steps.steps.size();
  const auto current = static_cast<std::size_t>(std::ranges::find(steps.steps, Step::State::current, &Step::state) -
                                                steps.steps.begin());
  Html out;
  if (!steps.summary.empty()) out = el("p", {{"class", "steps-summary"}}, html::text(steps.summary));
  if (count <= max_steps_in_sight || steps.all_label.empty()) {
    out += step_list(steps, 0, count);
  } else {
    if (current < count) out += step_list(steps, current == 0 ? 0 : current - 1, std::min(current + 2, count));
    out += el("details", {{"class", "steps-all"}, {"id", "steps-all"}}, el("summary", html::text(steps.all_label)),
              step_list(steps, 0, count));
  }
  return el("nav", {{"class", "steps"}, {"aria-label", steps.label}}, out);
}

Html steps_menu(const Steps& steps) {
  return el("details", {{"class", "steps-menu"}, {"id", "steps-menu"}},
            el("summary", html::text(steps.summary.empty() ? steps.label : steps.summary)),
            el("nav", {{"class", "steps"}, {"aria-label", steps.label}}, step_list(steps, 0, steps.steps.size())));
}

Html saved_state(std::string_view words) {
  return el("p", {{"class", "saved-state"}, {"id", "saved-state"}}, html::text(words));
}

Html saved_alert(const Html& content) {
  return el("div", {{"id", "saved-state"}, {"aria-live", "assertive"}}, content);
}

}  // namespace alting::web::ui
