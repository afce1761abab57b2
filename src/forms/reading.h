// One reading of one form: what its folder says of the answers there are. Each list is made when it is first asked for
// and remembered; all are made by one evaluator, so that no expression is evaluated twice and the data is validated once.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/rich_text.h"
#include "base/time.h"
#include "forms/form_context.h"
#include "forms/page_view.h"
#include "forms/posted.h"

namespace alting::forms {

class FormDefinition;

enum class When : std::uint8_t { save, submit };

struct Issue {
  Severity severity = Severity::error;
  Path path;  // "" for the whole form
  std::string component;
  std::string page;
  std::string code;     // "required", "type", "max_length", "expression", "option", "attachments", "stop", ...
  std::string message;  // in the language, ready to show (plain text)
};

struct PageTitle {
  std::string id;
  RichText title;
};

struct DeadlineView {
  std::string id, late_reason_path;
  RichText title, explanation, late_text, in_time_text;  // in_time_text: what the clock is to say while there is time
  base::Instant from;
  base::Instant target;                      // the deadline, as it is shown everywhere
  base::Instant statutory_end;               // the next full hour after it: until then no reason is asked for
  std::optional<base::Instant> lenient_end;  // for who judges a late one
  bool passed = false;                       // `now` > statutory_end
  std::string rule_version;                  // validFrom of the row, with its source
};

struct StopView {
  RichText title, body;
};

// Something to do once the form is sent.
struct TaskView {
  RichText title, body;
  std::optional<RichText> template_text;  // a text to begin from, with what was answered filled in
};

// One row of an overview: what was answered, in words. The pages that are walked come first, then the others in layout
// order; hidden components are left out, and what stands on several pages is told once.
struct AnswerView {
  std::string page, page_title;  // where it can be changed
  Path path;
  std::string component;
  std::string label;
  std::string answer;  // in words, "" when empty
  bool required = false;
  bool later = false;    // promised: nothing is answered, or an answer that says that one does not know yet
  std::string expected;  // of a promise
  bool changed = false;  // supplement
  std::string before;    // supplement: in words
};

// What a post makes of the answers.
struct Applied {
  Json data;
  std::vector<Later> later;
  std::vector<Path> changed;
  std::vector<Issue> issues;  // of type and format only
  TypedTexts rejected;        // text that does not fit its field
};

// The data as it is to be sent.
struct Final {
  Json data;
  std::vector<Later> later;
};

// Movable. Owns the context it reads and holds on to the app. For one thread at a time.
class Reading {
 public:
  Reading(std::shared_ptr<const FormDefinition> form, FormContext context);  // App::read makes it
  Reading(Reading&&) noexcept;
  Reading& operator=(Reading&&) noexcept;
  ~Reading();

  [[nodiscard]] const FormContext& context() const;

  // Those that are walked, one after the other: of the way that the answers go; of an addition its one page. Hidden ones
  // are left out.
  [[nodiscard]] const std::vector<PageTitle>& pages();
  // The others that may be opened, in the order of the default way: those with a question that the walked ones do not
  // ask.
  [[nodiscard]] const std::vector<PageTitle>& rest_pages();
  // Any page that is shown now, walked or not. The page of an addition has its own components, then the fields that were
  // promised, with what their answers make visible, under the titles of their pages, then the upload.
  // "error.form.no_page"; "error.form.page_too_large" when its rows and choices are more than one page can hold
  // (forms/page_size.h).
  [[nodiscard]] const base::Result<PageView>& page(std::string_view id);
  // The same with text that was typed and is not in the context, beside what is rejected there.
  [[nodiscard]] base::Result<PageView> page(std::string_view id, const TypedTexts& typed);
  [[nodiscard]] const std::vector<AnswerView>& answers();
  // All faults of the data: schema, required, options, expression validations, attachments, stops. `submit` also asks
  // for what is required to send.
  [[nodiscard]] const std::vector<Issue>& issues(When when);
  // What a field is called here, with the rows it stands in as its page counts them.
  [[nodiscard]] std::string label(const Path& path);
  // Why what was typed before (`rejected` of the context) does not fit its fields.
  [[nodiscard]] const std::vector<Issue>& rejected_issues();
  [[nodiscard]] const std::vector<DeadlineView>& deadlines();
  [[nodiscard]] const std::vector<StopView>& stops();
  // Whether the agency must look at once at what says this.
  [[nodiscard]] bool urgent();
  [[nodiscard]] const std::vector<TaskView>& tasks();  // those that these answers call for

  // Sets what a page posted; the reading stays of what was. Unknown and read-only paths are refused. Text that does not
  // fit the type stays out of the data and comes back as an issue with the typed text in `rejected`, so that nothing
  // typed is lost; what was rejected before and not posted again stays there too, and moves with its row. Rows are added
  // and removed in order after all values are set; a row that would make a page too large to be shown is not added.
  // Restoring a row is for whoever kept it: the action is passed over here.
  [[nodiscard]] base::Result<Applied> apply(const Posted& posted);

  // Removes what hidden fields hold, sets automatic promises (for what was left empty, and for open answers): the data
  // as it is to be sent.
  [[nodiscard]] const Final& finalise();
  // The reading of what would be sent: the context with finalise()'s data and promises. This reading itself when those
  // are as they stand here. Where only promises differ, neither works out what the other did, unless an expression asks
  // for promises. Stays where it is while this one lives and is not moved.
  [[nodiscard]] Reading& as_sent();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace alting::forms
