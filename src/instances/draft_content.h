// What a draft's sealed content holds; used by this room only.
#pragma once
#include "instances/instances.h"

namespace alting::instances {

[[nodiscard]] std::string write_draft(const Draft& draft);
// Fills the content fields of `draft`.
[[nodiscard]] base::Status read_draft(Draft& draft, std::string_view content);
// When additions were sent since a supplement's draft was begun, its changes are moved onto what holds now.
void rebase_supplement(Draft& draft, const forms::App& app, const Matter& now);

// The first words of the field that names an instance in lists.
[[nodiscard]] std::string caption_of(const forms::App& app, const base::Json& data);

// The value at a path such as "a.b[1].c"; nullptr when there is none.
[[nodiscard]] const base::Json* find_path(const base::Json& data, std::string_view path);

// Sets, or with nullptr removes, the value at a path of names such as "a.b"; objects left empty by a removal go too.
void set_path(base::Json& data, std::string_view path, const base::Json* value);

}  // namespace alting::instances
