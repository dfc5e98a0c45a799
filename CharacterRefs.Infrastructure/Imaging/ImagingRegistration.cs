using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Imaging;

internal static class ImagingRegistration
{
    /// <summary>Adds the inspection of images. A platform without libvips fails here and not with the first upload.</summary>
    public static IServiceCollection AddImaging(this IServiceCollection services, ImageDecodingOptions options)
    {
        Libvips.Prepare();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDerivativeRenderer>(provider => new VipsDerivativeRenderer(options, provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<IImageInspector>(provider => new VipsImageInspector(options, provider.GetRequiredService<TimeProvider>()));
    }
}
