// All questions of a form, as one may print them before anyone has answered: what is asked of some only is in it too, and
// marked so. App::printed() makes it.
#pragma once
#include <vector>

#include "base/rich_text.h"
#include "forms/page_view.h"

namespace alting::forms {

struct PrintedQuestion {
  ComponentKind kind = ComponentKind::input;
  RichText title, description, help;
  RichText body;  // of a paragraph
  std::vector<OptionView> options;
  bool required = false;
  bool deferrable = false;                 // may come later
  bool sometimes = false;                  // only after certain answers
  std::vector<PrintedQuestion> questions;  // of a group, or of each of its rows
};

struct PrintedPage {
  RichText title;
  bool sometimes = false;
  std::vector<PrintedQuestion> questions;
};

}  // namespace alting::forms
