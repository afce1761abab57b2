// The catalogue of forms, and the start page of each: who it is for, what to have ready, new or an addition.
#pragma once
#include "forms/forms.h"
#include "inbox/inbox.h"
#include "instances/instances.h"
#include "portal/page_set.h"

namespace alting::portal {

struct ServiceUses {
  const forms::AppCatalogue& apps;
  instances::Instances& instances;
  inbox::Inbox& inbox;
  std::function<void()> refresh_apps = {};  // development: folders that changed on disk are read again
};
[[nodiscard]] PageSet service_pages(const ServiceUses& uses);

}  // namespace alting::portal
