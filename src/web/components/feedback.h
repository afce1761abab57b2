// What the page says back: alerts, error summary, badges, progress, deadline clock, saved state.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "web/components/actions.h"

namespace alting::web::ui {

struct Alert {
  Color color = Color::info;
  RichText title;
  Html body;
  bool urgent = false;  // role=alert: read at once; only for what just happened
  int heading_level = 2;
  std::string id;
};
[[nodiscard]] Html alert(const Alert& alert);
[[nodiscard]] Html alert(Color color, const RichText& message);

// "Du må rette disse": a list of links to the fields. Takes the focus when the page loads (autofocus), as WCAG 3.3.1 is
// best met.
struct FieldError {
  std::string field_id;
  std::string message;
};
[[nodiscard]] Html error_summary(std::string_view title, const std::vector<FieldError>& errors);

[[nodiscard]] Html tag(std::string_view label, Color color = Color::neutral);
[[nodiscard]] Html badge(int count, std::string_view spoken, Color color = Color::neutral);  // spoken: "3 uleste"

struct EmptyState {
  std::string title;
  std::string text;  // what will come here, and what to do
  Html action;
  int heading_level = 2;
};
[[nodiscard]] Html empty_state(const EmptyState& state);

// A deadline with words that the script renews each minute. `words` is the relative text as of now ("om 2 dager og 3
// timer"); `when` the exact one ("mandag 23. november 2026 kl. 15:00").
struct Deadline {
  base::Instant at = {};
  RichText label;  // "Frist"
  std::string when;
  std::string words;
  bool passed = false;
  bool soon = false;
  base::Language language = base::Language::nb;
  std::string grace = {};                        // what is so when `at` is over: "Uten begrunnelse til kl. 15.00"
  std::optional<base::Instant> late_after = {};  // until then it has not passed; without one: until `at`
};
[[nodiscard]] Html deadline_clock(const Deadline& deadline);
// The same in one line, for where one writes: label and words.
[[nodiscard]] Html deadline_line(const Deadline& deadline);

struct Step {
  RichText name;
  std::string href;  // "" when it cannot be visited yet
  enum class State : std::uint8_t { done, current, upcoming, fault } state = State::upcoming;
};
struct Steps {
  std::string label;                  // of the nav: "Sider i skjemaet"
  std::string summary;                // "Side 2 av 7"; "" when one is on none of them
  std::string done_word, fault_word;  // said of a step: "ferdig", "har feil"
  std::vector<Step> steps;
  std::string all_label = {};  // "Alle sidene": what opens the rest, where only the neighbours are shown
};
// Beside the page. Of more than six steps the one before, the current one and the next are shown, and the rest opens.
[[nodiscard]] Html progress_steps(const Steps& steps);
// Where there is no room beside the page: the summary, which opens the list.
[[nodiscard]] Html steps_menu(const Steps& steps);

// The line that tells that the draft is saved, id "saved-state". It is not read aloud by itself: what of it matters to
// who does not see it is said by the script in the form's own place (Form::autosave).
[[nodiscard]] Html saved_state(std::string_view words);
// In its place, when it is not: read at once.
[[nodiscard]] Html saved_alert(const Html& content);

}  // namespace alting::web::ui
