using CharacterRefs.Application.References.DeliverReference;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.References;

/// <summary>Returns an image as a redirect to its presigned URL or as local bytes.</summary>
internal static class ImageResponses
{
    public const string ServedFromHeader = "X-Served-From";

    // Clients cache a redirect for this share of the URL's remaining lifetime, so that it never leads to an expired URL.
    private const double CacheShare = 0.5;

    public static ActionResult ToImage(this ControllerBase controller, Delivery delivery)
    {
        var response = controller.Response;
        if (delivery.FromStore)
        {
            var clock = controller.HttpContext.RequestServices.GetRequiredService<TimeProvider>();
            var left = delivery.Image.Url!.ExpiresAt - clock.GetUtcNow();
            response.Headers.CacheControl = $"private, max-age={(int)Math.Max(0, left.TotalSeconds * CacheShare)}";
            return new RedirectResult(delivery.Image.Url.Url);
        }

        if (delivery.IsFallback)
        {
            response.Headers[ServedFromHeader] = "local";
        }

        return new ImageFileResult(delivery.Image);
    }
}
