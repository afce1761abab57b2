#include "forms/reading.h"

#include "forms/answers.h"
#include "forms/app.h"
#include "forms/apply.h"
#include "forms/deadlines.h"
#include "forms/finalise.h"
#include "forms/page_builder.h"
#include "forms/validator.h"
#include "forms/walked.h"

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
  ~Parts() {
    if (beside != nullptr) beside->beside = nullptr;
  }

  std::shared_ptr<const FormDefinition> form;
  FormContext context;
  World world;
  Evaluator evaluator;

  std::optional<std::vector<Place>> places;
  std::optional<WalkedPages> walked;
  std::optional<std::optional<Addition>> addition;
  std::optional<std::vector<Stand>> stands;
  std::optional<std::vector<PageTitle>> pages, rest_pages;
  std::map<std::string, base::Result<PageView>, std::less<>> page;
  std::optional<std::vector<AnswerView>> answers;
  std::optional<IssueLists> issues;
  std::optional<std::vector<Issue>> rejected_issues;
  std::optional<std::vector<DeadlineView>> deadlines;
  std::optional<std::vector<StopView>> stops;
  std::optional<std::vector<TaskView>> tasks;
  std::optional<Requirements> requirements;
  std::optional<Final> final;
  std::optional<DataFaults> data_faults;
  std::unique_ptr<Reading> as_sent;  // where it differs from this one
  Parts* beside = nullptr;           // of a reading of the same data that differs in promises alone

  // What is in the slot, made when it is first asked for. Each list has its own steps (Evaluator::renew_steps).
  template <class T, class Make>
  T& remembered(std::optional<T>& slot, const Make& make) {
    if (!slot) {
      evaluator.renew_steps();
      slot.emplace(make());
    }
    return *slot;
  }

  // What was worked out beside this one is not worked out again, unless an expression there asked for promises.
  void look_beside() {
    if (beside == nullptr || beside->evaluator.asked_promises()) return;
    beside->evaluator.renew_steps();
    evaluator.renew_steps();
    evaluator.take_over(beside->evaluator);
    if (!data_faults) data_faults = beside->data_faults;
  }

  const std::vector<Place>& all_places() {
    return remembered(places, [&] { return visible_places(evaluator); });
  }
  const WalkedPages& all_pages() {
    const auto& visible = all_places();
    return remembered(walked, [&] { return walked_pages(*form, context, visible, evaluator); });
  }
  const std::optional<Addition>& all_addition() {
    return remembered(addition, [&] { return addition_of(*form, context, evaluator); });
  }
  const std::vector<Stand>& all_stands() {
    const auto& of_pages = all_pages();
    const auto& of_addition = all_addition();
    return remembered(stands, [&] { return stands_of(*form, of_pages, of_addition, all_places()); });
  }
  const std::vector<DeadlineView>& all_deadlines() {
    return remembered(deadlines, [&] { return deadlines_of(*form, context, evaluator); });
  }
  Requirements& all_requirements() {
    const auto& clocks = all_deadlines();
    return remembered(requirements, [&] { return Requirements(*form, context.supplement, clocks, evaluator); });
  }
  base::Result<PageView> make_page(std::string_view id, const TypedTexts& typed) {
    std::optional<Requirements> of_typed;
    if (!typed.empty()) of_typed.emplace(requirements_with(typed));
    auto& required = of_typed ? *of_typed : all_requirements();
    const auto& below = all_addition();
    evaluator.renew_steps();
    return page_of(*form, context, id, typed, below, evaluator, required);
  }
  // No deadline is read from an answer in whose field something else is typed now.
  Requirements requirements_with(const TypedTexts& typed) {
    evaluator.renew_steps();
    auto with_typed = context;
    for (const auto& [name, text] : typed) with_typed.rejected.insert_or_assign(name, text);
    return {*form, context.supplement, deadlines_of(*form, with_typed, evaluator), evaluator};
  }
};

Reading::Reading(std::shared_ptr<const FormDefinition> form, FormContext context)
    : parts_(std::make_unique<Parts>(std::move(form), std::move(context))) {}
Reading::Reading(Reading&&) noexcept = default;
Reading& Reading::operator=(Reading&&) noexcept = default;
Reading::~Reading() = default;

const FormContext& Reading::context() const { return parts_->context; }

const std::vector<PageTitle>& Reading::pages() {
  auto& p = *parts_;
  const auto& all = p.all_pages();
  return p.remembered(p.pages, [&] { return titles_of(*p.form, p.evaluator, all.walked); });
}

const std::vector<PageTitle>& Reading::rest_pages() {
  auto& p = *parts_;
  const auto& all = p.all_pages();
  return p.remembered(p.rest_pages, [&] { return titles_of(*p.form, p.evaluator, all.rest); });
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
  if (p.answers) return *p.answers;
  p.look_beside();
  auto& required = p.all_requirements();
  const auto& stands = p.all_stands();
  return p.remembered(p.answers, [&] { return answers_of(*p.form, p.context, stands, p.evaluator, required); });
}

const std::vector<Issue>& Reading::issues(When when) {
  auto& p = *parts_;
  if (!p.issues) {
    p.look_beside();
    const auto& stopped = stops();
    const auto& rejected = rejected_issues();
    auto& required = p.all_requirements();
    const auto& stands = p.all_stands();
    p.evaluator.renew_steps();
    p.issues = validate({.form = *p.form,
                         .context = p.context,
                         .evaluator = p.evaluator,
                         .requirements = required,
                         .places = p.all_places(),
                         .stands = stands,
                         .stops = stopped,
                         .rejected = rejected,
                         .of_data = p.data_faults});
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

std::string Reading::label(const Path& path) {
  auto& p = *parts_;
  p.evaluator.renew_steps();
  return p.form->field_name(p.evaluator, p.context.language, path);
}

const std::vector<DeadlineView>& Reading::deadlines() { return parts_->all_deadlines(); }

const std::vector<StopView>& Reading::stops() {
  auto& p = *parts_;
  return p.remembered(p.stops, [&] { return stops_of(*p.form, p.evaluator); });
}

bool Reading::urgent() {
  auto& p = *parts_;
  p.evaluator.renew_steps();
  return p.evaluator.test(p.form->folder().config.urgent, {});
}

const std::vector<TaskView>& Reading::tasks() {
  auto& p = *parts_;
  return p.remembered(p.tasks, [&] { return tasks_of(*p.form, p.evaluator); });
}

base::Result<Applied> Reading::apply(const Posted& posted) {
  auto& p = *parts_;
  p.evaluator.renew_steps();
  return apply_posted(*p.form, p.context, posted, p.evaluator);
}

const Final& Reading::finalise() {
  auto& p = *parts_;
  if (p.final) return *p.final;
  auto& required = p.all_requirements();
  return p.remembered(p.final, [&] { return finalised(*p.form, p.context, p.evaluator, required); });
}

Reading& Reading::as_sent() {
  auto& p = *parts_;
  if (p.as_sent) return *p.as_sent;
  const auto& final = finalise();
  const bool same_data = final.data == p.context.data;
  if (same_data && final.later == p.context.later) return *this;
  auto sent = p.context;
  sent.data = final.data;
  sent.later = final.later;
  p.as_sent = std::make_unique<Reading>(p.form, std::move(sent));
  if (same_data) {
    p.beside = p.as_sent->parts_.get();
    p.beside->beside = &p;
  }
  return *p.as_sent;
}

}  // namespace alting::forms
