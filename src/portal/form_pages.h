// Filling in a form: its pages and what they post; its overview, sending it and throwing it away.
#pragma once
#include "forms/forms.h"
#include "instances/instances.h"
#include "portal/page_set.h"

namespace alting::portal {

struct FormUses {
  const forms::AppCatalogue& apps;
  instances::Instances& instances;
  std::function<void()> refresh_apps = {};  // development: folders that changed on disk are read again
};
using FormView = ViewOf<FormUses>;
[[nodiscard]] PageSet form_pages(const FormUses& uses);
[[nodiscard]] PageSet overview_pages(const FormUses& uses);

}  // namespace alting::portal
