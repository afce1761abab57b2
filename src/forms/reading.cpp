#include "forms/reading.h"

#include "forms/answers.h"
#include "forms/app.h"
#include "forms/apply.h"
#include "forms/deadlines.h"
#include "forms/finalise.h"
#include "forms/page_builder.h"
#include "forms/validator.h"

namespace alting::forms {

// What is remembered, and the one evaluator that makes it. Stays where it is: the world borrows the context's data.
struct Reading::Parts {
  Parts(std::shared_ptr<const FormDefinition> of_form, FormContext of_answers)
      : form(std::move(of_form)),
        context(std::move(of_answers)),
        world(form->world(context, context.data)),
        evaluator(world) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() = default;

  std::shared_ptr<const FormDefinition> form;
  FormContext context;
  World world;
  Evaluator evaluator;

  std::optional<std::vector<PageTitle>> pages;
  std::map<std::string, base::Result<PageView>, std::less<>> page;
  std::optional<std::vector<AnswerView>> answers;
  std::optional<IssueLists> issues;
  std::optional<std::vector<Issue>> rejected_issues;
  std::optional<std::vector<DeadlineView>> deadlines;
  std::optional<std::vector<StopView>> stops;
  std::optional<Requirements> requirements;
  std::optional<Final> final;
  std::unique_ptr<Reading> as_sent;  // where it differs from this one

  const std::vector<DeadlineView>& all_deadlines() {
    if (!deadlines) deadlines = deadlines_of(*form, context, evaluator);
    return *deadlines;
  }
  Requirements& all_requirements() {
    if (!requirements) {
      evaluator.renew_steps();
      requirements.emplace(*form, context.supplement, all_deadlines(), evaluator);
    }
    return *requirements;
  }
  base::Result<PageView> make_page(std::string_view id, const TypedTexts& typed) {
    std::optional<Requirements> of_typed;
    if (!typed.empty()) of_typed.emplace(requirements_with(typed));
    auto& required = of_typed ? *of_typed : all_requirements();
    evaluator.renew_steps();
    return page_of(*form, context, id, typed, evaluator, required);
  }
  // No deadline is read from an answer in whose field something else is typed now.
  Requirements requirements_with(const TypedTexts& typed) {
    evaluator.renew_steps();
    auto with_typed = context;
    for (const auto& [name, text] : typed) with_typed.rejected.insert_or_assign(name, text);
    return {*form, context.supplement, deadlines_of(*form, with_typed, evaluator), evaluator};
  }
};

namespace {

bool same_promises(const std::vector<Later>& a, const std::vector<Later>& b) {
  return std::ranges::equal(a, b, [](const Later& x, const Later& y) {
    return x.path == y.path && x.expected == y.expected && x.automatic == y.automatic;
  });
}

}  // namespace

Reading::Reading(std::shared_ptr<const FormDefinition> form, FormContext context)
    : parts_(std::make_unique<Parts>(std::move(form), std::move(context))) {}
Reading::Reading(Reading&&) noexcept = default;
Reading& Reading::operator=(Reading&&) noexcept = default;
Reading::~Reading() = default;

const FormContext& Reading::context() const { return parts_->context; }

const std::vector<PageTitle>& Reading::pages() {
  auto& p = *parts_;
  p.evaluator.renew_steps();
  if (!p.pages) p.pages = pages_of(*p.form, p.context, p.evaluator);
  return *p.pages;
}

const base::Result<PageView>& Reading::page(std::string_view id) {
  auto& p = *parts_;
  if (const auto known = p.page.find(id); known != p.page.end()) return known->second;
  return p.page.emplace(id, p.make_page(id, {})).first->second;
}

base::Result<PageView> Reading::page(std::string_view id, const TypedTexts& typed) {
  const auto& rejected = parts_->context.rejected;
  const bool is_known = std::ranges::all_of(typed, [&](const auto& one) {
    const auto found = rejected.find(one.first);
    return found != rejected.end() && found->second == one.second;
  });
  return is_known ? page(id) : parts_->make_page(id, typed);
}

const std::vector<AnswerView>& Reading::answers() {
  auto& p = *parts_;
  if (!p.answers) {
    auto& required = p.all_requirements();
    p.evaluator.renew_steps();
    p.answers = answers_of(*p.form, p.context, p.evaluator, required);
  }
  return *p.answers;
}

const std::vector<Issue>& Reading::issues(When when) {
  auto& p = *parts_;
  if (!p.issues) {
    const auto& stopped = stops();
    const auto& rejected = rejected_issues();
    auto& required = p.all_requirements();
    p.evaluator.renew_steps();
    p.issues = validate({.form = *p.form,
                         .context = p.context,
                         .evaluator = p.evaluator,
                         .requirements = required,
                         .stops = stopped,
                         .rejected = rejected});
  }
  return when == When::save ? p.issues->save : p.issues->submit;
}

const std::vector<Issue>& Reading::rejected_issues() {
  auto& p = *parts_;
  if (!p.rejected_issues) {
    p.rejected_issues.emplace();
    if (!p.context.rejected.empty()) {
      // Read once more for the reason.
      if (auto again = apply(as_posted(p.context.rejected))) p.rejected_issues = std::move(again->issues);
    }
  }
  return *p.rejected_issues;
}

const std::vector<DeadlineView>& Reading::deadlines() {
  parts_->evaluator.renew_steps();
  return parts_->all_deadlines();
}

const std::vector<StopView>& Reading::stops() {
  auto& p = *parts_;
  p.evaluator.renew_steps();
  if (!p.stops) p.stops = stops_of(*p.form, p.evaluator);
  return *p.stops;
}

base::Result<Applied> Reading::apply(const Posted& posted) {
  auto& p = *parts_;
  p.evaluator.renew_steps();
  return apply_posted(*p.form, p.context, posted, p.evaluator);
}

const Final& Reading::finalise() {
  auto& p = *parts_;
  if (!p.final) {
    auto& required = p.all_requirements();
    p.evaluator.renew_steps();
    p.final = finalised(*p.form, p.context, p.evaluator, required);
  }
  return *p.final;
}

Reading& Reading::as_sent() {
  auto& p = *parts_;
  if (p.as_sent) return *p.as_sent;
  const auto& final = finalise();
  if (final.data == p.context.data && same_promises(final.later, p.context.later)) return *this;
  auto sent = p.context;
  sent.data = final.data;
  sent.later = final.later;
  p.as_sent = std::make_unique<Reading>(p.form, std::move(sent));
  return *p.as_sent;
}

}  // namespace alting::forms
