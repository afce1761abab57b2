// A page of a form as markup: each component of the layout becomes a field of the design system.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "forms/forms.h"
#include "instances/instances.h"
#include "portal/view.h"

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
  std::map<std::string, std::string> errors;  // by path
  std::map<std::string, std::string> warnings;
  std::map<std::string, std::string> typed;                   // by field name: what did not fit its field yet
  std::map<std::string, std::vector<std::string>> typed_all;  // of fields that send several values
  std::set<std::string> theirs;                               // changed by someone else just now
  std::string theirs_words;                                   // what is said of them
  std::map<std::string, OpenConflict> conflicts;              // by path
  std::optional<instances::RemovedRow> removed;               // can be had back
};

struct RenderedPage {
  Html fields;
  std::vector<std::pair<std::string, Html>> boxes;  // the same, by top-level component
  std::vector<ui::FieldError> errors;               // for the summary, in order
  std::string seen;                                 // JSON: path -> fingerprint of what is shown
};

[[nodiscard]] RenderedPage render_form_page(const View& view, const forms::PageView& page, const base::Json& data,
                                            const FieldState& state);
// The id of the place for one kind of attachment, which a fault about them links to.
[[nodiscard]] std::string upload_id(std::string_view data_type);
// The id of the box around one component, which a saved field's answer replaces.
[[nodiscard]] std::string box_id(const std::string& component_id);

}  // namespace alting::portal
