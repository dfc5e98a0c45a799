using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Storage.LocalDisk;

internal static class LocalStorageRegistration
{
    /// <summary>Adds the store. Its directory is created and written to now, so that a disk that cannot be used stops the start.</summary>
    public static IServiceCollection AddLocalStorage(this IServiceCollection services, Settings settings, DataRootOptions options)
    {
        try
        {
            services.AddSingleton<IAssetStore>(new LocalAssetStore(options));
        }
        catch (AssetStoreUnavailableException error)
        {
            settings.Reject($"DATA_ROOT is \"{options.Path}\". {error.Message}");
        }

        return services;
    }
}
