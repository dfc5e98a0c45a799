using CharacterRefs.Application.References.DeliverReference;
using Microsoft.AspNetCore.Mvc;

namespace CharacterRefs.Api.References;

/// <summary>Hands an image out: by a redirect into the store, or as local bytes.</summary>
internal static class ImageResponses
{
    public const string ServedFromHeader = "X-Served-From";

    // Kept by a client no longer than this share of what is left of the URL, so that a cached redirect never leads to an expired one.
    private const double CacheShare = 0.5;

    public static ActionResult ToDelivery(this ControllerBase controller, Delivery delivery)
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
