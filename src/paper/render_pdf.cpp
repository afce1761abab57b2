#include "paper/render_pdf.h"

#include "paper/draw.h"
#include "paper/finish_pdf.h"
#include "paper/layout.h"

namespace alting::paper {

base::Bytes render_pdf(const Document& document) {
  const Layout layout = lay_out(document);
  return finish_pdf(draw(document, layout), document);
}

}  // namespace alting::paper
