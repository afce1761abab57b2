#include "portal/field_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forms/sample_app.h"

namespace alting::portal {
namespace {

using forms::Severity;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using Part = forms::FieldName::Part;

forms::Issue issue(Severity severity, std::string path, std::string message, std::string component = {}) {
  return {
      .severity = severity, .path = std::move(path), .component = std::move(component), .message = std::move(message)};
}

TEST(FieldState, says_at_each_field_what_was_said_first) {
  FieldState state;
  add_issue(state, issue(Severity::error, "a", "first"));
  add_issue(state, issue(Severity::error, "a", "second"));
  add_issue(state, issue(Severity::warning, "a", "mind"));
  add_issue(state, issue(Severity::info, "b", "know"));
  add_issue(state, issue(Severity::error, "", "files", "vedlegg"));
  EXPECT_THAT(state.errors, ElementsAre(Pair("a", "first")));
  EXPECT_THAT(state.warnings, ElementsAre(Pair("a", "mind"), Pair("b", "know")));
  EXPECT_THAT(state.upload_errors, ElementsAre(Pair("vedlegg", "files")));
}

TEST(FieldState, tells_what_is_missing_to_who_comes_from_the_overview_alone) {
  const auto app = forms::sample_app();
  auto reading = app->read(forms::form_context());
  const instances::Draft draft;
  EXPECT_THAT(field_state(draft, reading, {}, forms::When::save).errors, Not(::testing::Contains(Key("hva"))));
  EXPECT_THAT(field_state(draft, reading, {}, forms::When::submit).errors, ::testing::Contains(Key("hva")));
}

TEST(FieldState, tells_again_why_what_was_typed_does_not_fit) {
  const auto app = forms::sample_app();
  instances::Draft draft;
  draft.rejected = {{{Part::value, "antall"}, "mange"}};
  auto context = forms::form_context();
  context.rejected = draft.rejected;
  auto reading = app->read(context);
  const auto state = field_state(draft, reading, {}, forms::When::save);
  EXPECT_THAT(state.errors, ::testing::Contains(Key("antall")));
  EXPECT_EQ(state.typed, draft.rejected);
}

TEST(FieldState, lets_one_go_on_from_what_is_empty_and_not_from_what_is_wrong) {
  FieldState state;
  for (const auto* path : {"", "empty", "filled", "typed", "day", "clock", "promised", "box"}) state.errors[path] = "x";
  state.upload_errors["vedlegg"] = "x";
  state.typed = {{{Part::value, "typed"}, "x"},
                 {{Part::date, "day"}, "x"},
                 {{Part::time, "clock"}, "x"},
                 {{Part::promise_date, "promised"}, "x"},
                 {{Part::promise, "box"}, "on"}};
  const auto wrong = without_what_is_missing(state, base::Json::parse(R"({"filled":"x"})").value());
  EXPECT_THAT(wrong.errors, ElementsAre(Key("clock"), Key("day"), Key("filled"), Key("promised"), Key("typed")));
  EXPECT_THAT(wrong.upload_errors, Not(IsEmpty()));
}

}  // namespace
}  // namespace alting::portal
