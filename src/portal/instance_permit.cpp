#include "portal/instance_permit.h"

#include <stdexcept>

namespace alting::portal {

using base::ErrorKind;

base::Result<terms::InstanceId> instance_of(const View& view) {
  if (const auto id = terms::InstanceId::parse(view.request.value(place::instance))) return *id;
  return base::make_error(ErrorKind::not_found, "error.instance.not_found");
}

base::Result<instances::Allowed> allow(const View& view, instances::InstancePermits& permits, terms::Action action) {
  ALTING_TRY(id, instance_of(view));
  return permits.allow(view.actor(), view.party->id, id, action);
}

Response attachment_download(View& view, instances::Attachments& attachments, const terms::Permit& permit) {
  const auto element = terms::DataElementId::parse(view.request.value(place::element));
  if (!element) return view.fail(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
  const auto found = attachments.find(permit, *element);
  if (!found) return view.fail(found.error());
  return web::download(found->file_name, found->media_type, found->size,
                       [&attachments, permit, one = *found](const auto& write) {
                         if (!attachments.read(permit, one, write))
                           throw std::runtime_error("an attachment cannot be read");
                       });
}

}  // namespace alting::portal
