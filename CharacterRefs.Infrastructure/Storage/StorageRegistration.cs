using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Storage.LocalDisk;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Infrastructure.Storage;

/// <summary>Puts the chosen store together.</summary>
internal static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, Settings settings, DataRootOptions dataRoot)
    {
        var storage = StorageSettings.Read(settings);
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
            services.AddSingleton<LocalAssetUrlSigner>();
            services.AddSingleton<IAssetUrlSigner>(provider => provider.GetRequiredService<LocalAssetUrlSigner>());
            services.AddSingleton<ISignedUrlGate>(provider => provider.GetRequiredService<LocalAssetUrlSigner>());
            return services;
        }

        services.AddS3Storage(s3);
        services.AddSingleton(StoreName.Of(s3.Bucket, s3.Endpoint));
        services.AddSingleton<StorageProbe>();
        services.AddSingleton<StorageCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageCheck>()); // first of all: what follows relies on the bucket
        services.AddSingleton<S3Reachability>();
        services.AddSingleton<IStoreReachability>(provider => provider.GetRequiredService<S3Reachability>());
        services.AddHostedService(provider => provider.GetRequiredService<S3Reachability>());
        services.AddSingleton<ISignedUrlGate, NoSignedUrls>();
        services.AddSingleton<SigV4QuerySigner>();
        services.AddSingleton<IAssetUrlSigner, S3UrlSigner>();
        return services;
    }

    /// <summary>Adds what works beside serving, to be started after the bucket was tried and the catalog has its schema.</summary>
    public static IServiceCollection AddStorageWorkers(this IServiceCollection services)
    {
        services.AddHostedService<StoreChange>();
        services.AddHostedService<StoreWorker>();
        services.AddHostedService<LocalCacheWorker>();
        return services;
    }
}
