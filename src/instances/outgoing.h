// What is to be sent, worked out of a draft: nothing here reads a database or a clock, or makes a key.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "forms/app.h"
#include "forms/reading.h"
#include "instances/draft.h"
#include "instances/submission.h"

namespace alting::instances {

struct Outgoing {
  Submission submission;  // without who sends it, and what the transaction adds
  std::vector<forms::Later> later;
  std::string caption;
  bool urgent = false;  // the agency must look at it at once (`agency.urgent` of the form's folder)
};

struct SubmitRefusal {
  std::vector<forms::Issue> issues;  // what is missing or wrong
};

// `reading` is of the draft as it stands; what hidden fields hold is left out, and promises are made of themselves.
[[nodiscard]] std::variant<Outgoing, SubmitRefusal> work_out(const forms::App& app, const Draft& draft,
                                                             forms::Reading& reading, base::Instant received);

}  // namespace alting::instances
