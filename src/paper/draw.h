// From a layout to a PDF with structure tags, as far as cairo goes; finish_pdf does the rest.
#pragma once
#include <string>
#include <vector>

#include "base/bytes.h"
#include "paper/layout.h"

namespace alting::paper {

// What cairo cannot write into the structure tree, in the order of the tree.
struct StructureNotes {
  std::vector<std::string> alternatives;  // one for each Figure
  std::vector<Scope> scopes;              // one for each TH
};

struct Drawing {
  base::Bytes pdf;
  StructureNotes notes;
};

[[nodiscard]] Drawing draw(const Document& document, const Layout& layout);

}  // namespace alting::paper
