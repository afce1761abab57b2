// What the pages of one instance begin with: the permit for what the address names, and the file that it names of it.
#pragma once
#include "instances/attachments.h"
#include "instances/instance_permits.h"
#include "portal/view.h"

namespace alting::portal {

// What stands in the place of the instance; not_found when that is no id.
[[nodiscard]] base::Result<terms::InstanceId> instance_of(const View& view);
// Who may not read it is told that it does not exist (InstancePermits::allow).
[[nodiscard]] base::Result<instances::Allowed> allow(const View& view, instances::InstancePermits& permits,
                                                     terms::Action action);
// The file that stands in the place of the element, as its party gets it.
[[nodiscard]] Response attachment_download(View& view, instances::Attachments& attachments,
                                           const terms::Permit& permit);

}  // namespace alting::portal
