using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.References.DeliverReference;
using CharacterRefs.Application.References.GetDerivative;

namespace CharacterRefs.Api.References;

/// <summary>Returns an image as a redirect to its presigned URL or as local bytes.</summary>
internal static class ImageResponses
{
    public const string ServedFromHeader = "X-Served-From";

    // Clients cache a redirect for this share of the URL's remaining lifetime, so that it never leads to an expired URL.
    private const double CacheShare = 0.5;

    public static ActionResult ToImage(this ControllerBase controller, Delivery delivery)
    {
        if (delivery.FromStore)
        {
            return controller.ToRedirect(delivery.Image.Url!);
        }

        controller.MarkFallback(delivery.IsFallback);
        return new ImageFileResult(delivery.Image);
    }

    public static ActionResult ToImage(this ControllerBase controller, DerivativeDelivery delivery)
    {
        if (delivery.Url is { } url)
        {
            return controller.ToRedirect(url);
        }

        controller.MarkFallback(delivery.IsFallback);
        return new DerivativeResult(delivery.File!);
    }

    private static RedirectResult ToRedirect(this ControllerBase controller, PresignedUrl url)
    {
        var left = url.ExpiresAt - controller.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        controller.Response.Headers.CacheControl = $"private, max-age={(int)Math.Max(0, left.TotalSeconds * CacheShare)}";
        return new RedirectResult(url.Url);
    }

    private static void MarkFallback(this ControllerBase controller, bool isFallback)
    {
        if (isFallback)
        {
            controller.Response.Headers[ServedFromHeader] = "local";
        }
    }
}
