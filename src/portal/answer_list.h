// What was answered, in words: for the overview, the matter's page, the agency's page and what is put on paper.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "forms/app.h"
#include "instances/submission.h"
#include "portal/spoken.h"
#include "portal/view.h"

namespace alting::portal {

// The answers of one page of the form that have something to show: an answer, a promise, or a change. They point into
// what they were made of.
struct AnswersOfPage {
  std::string page, title;
  std::vector<const forms::AnswerView*> answers;
};
[[nodiscard]] std::vector<AnswersOfPage> by_page(const std::vector<forms::AnswerView>& answers);

// One answer, with what is promised instead, and in an addition what stood there before.
[[nodiscard]] Html answer_html(const View& view, const forms::AnswerView& answer);
[[nodiscard]] Html answer_list(const View& view, forms::Reading& reading);
// When what is missing is promised for.
[[nodiscard]] std::string promise_in_words(const Spoken& view, std::string_view expected);
// What a matter still lacks: the fields that were said to come later, with the days promised. Nothing when none.
[[nodiscard]] Html open_fields(const View& view, const forms::App& app, const std::vector<forms::Later>& later,
                               ui::Color color);
// What an addition says of itself, beside its text, in words. It holds what it changes and not the answers around it:
// those are `answers`, where some choices have their words.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> about_in_words(const Spoken& view, const forms::App& app,
                                                                              const instances::Submission& addition,
                                                                              const base::Json& answers);
struct ChangedAnswer {
  std::string label, before, after;  // in words
};
[[nodiscard]] std::vector<ChangedAnswer> changes_in_words(const Spoken& view, const forms::App& app,
                                                          const instances::Submission& addition,
                                                          const base::Json& answers);
// What one addition added to a matter with these answers: its text, what it says of itself, and each changed field before
// and after.
[[nodiscard]] Html addition_body(const View& view, const forms::App& app, const instances::Submission& addition,
                                 const base::Json& answers);
using AddressOfAttachment = std::function<std::string(const terms::DataElementId&)>;
// Links to the attachments, with what kind each is and whether it was scanned, after the links given.
[[nodiscard]] Html attachment_links(const View& view, const forms::App& app, const instances::Submission& submission,
                                    const AddressOfAttachment& address_of, std::vector<Html> links);
// Whether it was sent in time. Nothing when it had no deadline.
[[nodiscard]] Html deadline_verdict(const View& view, const instances::Submission& submission);
// What was sent, in the timeline of a matter with these answers.
[[nodiscard]] ui::TimelineEvent submission_event(const View& view, const forms::App& app,
                                                 const instances::Submission& submission, const base::Json& answers,
                                                 const AddressOfAttachment& address_of, std::vector<Html> links);

}  // namespace alting::portal
