using System.Data.Common;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Tests.Support.Doubles;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Support.OpenApi;

/// <summary>Faults of a running service that a test switches on one by one.</summary>
internal sealed class SwitchedFaults : DbCommandInterceptor, IActionFilter, IJobsRoot
{
    private IJobsRoot? _workspaces;

    /// <summary>What every action throws; <c>null</c> = nothing.</summary>
    public Exception? OfActions { get; set; }

    /// <summary>What every call of the store throws; <c>null</c> = nothing.</summary>
    public Exception? OfStore { get; set; }

    /// <summary>What every use of a workspace throws; <c>null</c> = nothing.</summary>
    public LocalStorageException? OfWorkspaces { get; set; }

    /// <summary>SQLite's code of every statement of the catalog that fails; <c>null</c> = none.</summary>
    public int? OfCatalog { get; set; }

    /// <summary>Whether statements that only read fail too.</summary>
    public bool FailsReads { get; set; }

    /// <summary>Puts the faults into the service.</summary>
    public IServiceCollection Register(IServiceCollection services)
    {
        var store = (IAssetStore)services.Last(service => service.ServiceType == typeof(IAssetStore)).ImplementationInstance!;
        services.AddSingleton<IAssetStore>(new FaultInjectingStore(store) { Before = _ => Throw(OfStore) });
        services.ConfigureDbContext<CatalogDbContext>(options => options.AddInterceptors(this));
        services.Configure<MvcOptions>(mvc => mvc.Filters.Add(this));
        var workspaces = services.Last(service => service.ServiceType == typeof(IJobsRoot));
        services.AddSingleton<IJobsRoot>(provider =>
        {
            _workspaces = (IJobsRoot)(workspaces.ImplementationFactory?.Invoke(provider) ?? workspaces.ImplementationInstance
                ?? ActivatorUtilities.CreateInstance(provider, workspaces.ImplementationType!));
            return this;
        });
        return services;
    }

    public IReadOnlyList<JobId> List() => _workspaces!.List();

    public Result<IJobWorkspace> Open(JobId jobId, string? localBasePath)
    {
        Throw(OfWorkspaces);
        return _workspaces!.Open(jobId, localBasePath);
    }

    public void OnActionExecuting(ActionExecutingContext context) => Throw(OfActions);

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        Execute(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        Execute(command, result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        Execute(command, result);

    private static void Throw(Exception? fault)
    {
        if (fault is not null)
        {
            throw fault;
        }
    }

    private ValueTask<T> Execute<T>(DbCommand command, T result) =>
        OfCatalog is { } code && (FailsReads || !command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            ? throw new SqliteException("a fault of the test", code)
            : ValueTask.FromResult(result);
}
