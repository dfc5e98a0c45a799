using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>Registers the chosen store.</summary>
internal static class StorageRegistration
{
    /// <returns>The settings of the store.</returns>
    public static StorageSettings AddStorage(this IServiceCollection services, Settings settings, DataRootOptions dataRoot, CatalogSettings catalog)
    {
        var storage = StorageSettings.Read(settings) with { StoresFirst = catalog.IsShared };
        services.AddSingleton(storage);
        services.AddSingleton(PresigningOptions.Read(settings));
        services.AddHealthChecks().AddCheck<StorageHealth>("storage");
        var s3 = S3StoreOptions.Read(settings, storage);
        if (!storage.HasBucket)
        {
            services.AddLocalStorage(settings, dataRoot);
            services.AddSingleton(StoreName.Local);
            services.AddSingleton<IStoreReachability, AlwaysReachable>();
            services.AddSingleton(provider => new LocalUrlSigner(
                LocalUrlKey.ReadOrCreate(dataRoot), provider.GetRequiredService<PresigningOptions>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IAssetUrlSigner>(provider => provider.GetRequiredService<LocalUrlSigner>());
            services.AddSingleton<IUploadUrlSigner, NoUploadUrls>();
            services.AddSingleton<ISignedUrlGate>(provider => provider.GetRequiredService<LocalUrlSigner>());
            return storage;
        }

        services.AddS3Storage(s3);
        services.AddOwnership();
        services.AddSingleton(StoreName.Of(s3.Bucket, s3.Endpoint));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StorageProbe>(provider, provider.GetRequiredService<S3AssetStore>()));
        services.AddSingleton<StorageCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageCheck>()); // first, because the others need the bucket
        services.AddSingleton<S3Reachability>();
        services.AddSingleton<IStoreReachability>(provider => provider.GetRequiredService<S3Reachability>());
        services.AddSingleton<ISignedUrlGate, NoSignedUrls>();
        services.AddSingleton<SigV4QuerySigner>();
        services.AddSingleton<IAssetUrlSigner, S3UrlSigner>();
        services.AddSingleton<IUploadUrlSigner, S3UploadUrlSigner>();
        return storage;
    }

    /// <summary>
    /// Puts the check of the owner before each change of the bucket, except those of the probe, which comes before the catalog has its schema.
    /// </summary>
    private static void AddOwnership(this IServiceCollection services)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StoreOwnership>(provider, provider.GetRequiredService<S3AssetStore>()));
        services.AddSingleton<IAssetStore>(provider => new OwnedAssetStore(
            provider.GetRequiredService<S3AssetStore>(), provider.GetRequiredService<StoreOwnership>()));
    }
}
