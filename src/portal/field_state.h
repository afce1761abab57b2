// What is to be said at the fields of a page besides what is stored: faults, what was typed and fits no field, what
// another changed meanwhile.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "forms/posted.h"
#include "forms/reading.h"
#include "instances/draft.h"

namespace alting::portal {

// What another saved in a field while one wrote in it.
struct OpenConflict {
  std::string title;
  std::string who;           // "": oneself, in another tab
  std::string theirs;        // in words
  std::string seen, stored;  // fingerprints: of what the page showed at first, and of what is saved now
  std::string names;         // of the fields that are posted for it
  bool is_new = false;       // not told before
};

struct FieldState {
  std::map<forms::Path, std::string> errors, warnings;
  std::map<std::string, std::string> upload_errors;                // by data type
  std::map<std::string, std::string> tags;                         // by data type: chosen for a file that was refused
  forms::TypedTexts typed;                                         // what did not fit its field yet
  std::map<forms::FieldName, std::vector<std::string>> typed_all;  // of fields that send several values
  std::set<forms::Path> theirs;                                    // changed by someone else just now
  std::string theirs_words;                                        // what is said of them
  std::map<forms::Path, OpenConflict> conflicts;
  std::optional<instances::RemovedRow> removed;  // can be had back
  forms::Path contact_at;                        // the field at which one's own contact is offered; "": nowhere
};

// `issues` of what was just typed, and what can be said of all that is stored; with When::submit also what is missing
// before it can be sent.
[[nodiscard]] FieldState field_state(const instances::Draft& draft, forms::Reading& reading,
                                     const std::vector<forms::Issue>& issues, forms::When when);
// Puts one issue at its field, or at the files it is about, unless something is said there already.
void add_issue(FieldState& state, const forms::Issue& issue);

// Only what is known to be wrong: what is empty stops nobody, also when a rule of the form asks for it.
[[nodiscard]] FieldState without_what_is_missing(const FieldState& state, const base::Json& data);

}  // namespace alting::portal
