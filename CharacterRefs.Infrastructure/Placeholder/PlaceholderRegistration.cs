namespace CharacterRefs.Infrastructure.Placeholder;

internal static class PlaceholderRegistration
{
    /// <summary>Makes the placeholder the generator; there is nothing to configure.</summary>
    public static IServiceCollection AddPlaceholder(this IServiceCollection services) =>
        services.AddSingleton<IImageGenerator, PlaceholderImageGenerator>();
}
