using CharacterRefs.Infrastructure.Catalog.Rows;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The tables of the catalog. This type is also the context of SQLite, whose migrations name it; each other engine derives its own.</summary>
internal class CatalogDbContext : DbContext
{
    public CatalogDbContext(DbContextOptions<CatalogDbContext> options)
        : this((DbContextOptions)options)
    {
    }

    // A transaction is repeated as a whole, so savepoints would only cost: two more commands, and in SQLite a copy of each changed page, soon in a file.
    protected CatalogDbContext(DbContextOptions options)
        : base(options) => Database.AutoSavepointsEnabled = false;

    public DbSet<ReferenceRow> References => Set<ReferenceRow>();

    public DbSet<GenerationRow> Generations => Set<GenerationRow>();

    public DbSet<GenerationSlotRow> Slots => Set<GenerationSlotRow>();

    public DbSet<TombstoneRow> Tombstones => Set<TombstoneRow>();

    public DbSet<StoreRow> Stores => Set<StoreRow>();

    public DbSet<IdentityRow> Identities => Set<IdentityRow>();

    public DbSet<JobReferenceRow> JobReferences => Set<JobReferenceRow>();

    public DbSet<ReferenceTagRow> ReferenceTags => Set<ReferenceTagRow>();

    public DbSet<JobLeaseRow> JobLeases => Set<JobLeaseRow>();

    public DbSet<WorkspaceDigestRow> WorkspaceDigests => Set<WorkspaceDigestRow>();

    public DbSet<SharedStateRow> SharedStates => Set<SharedStateRow>();

    public DbSet<WebhookDeliveryRow> WebhookDeliveries => Set<WebhookDeliveryRow>();

    public DbSet<NodeRow> Nodes => Set<NodeRow>();

    public DbSet<DutyRow> Duties => Set<DutyRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ReferenceRow>(row =>
        {
            row.ToTable("references");
            row.HasKey(reference => reference.Sequence);
            row.HasIndex(reference => reference.Id).IsUnique();
            row.HasIndex(reference => new { reference.CreatedAt, reference.Sequence });
            row.HasIndex(reference => new { reference.Origin, reference.CreatedAt, reference.Sequence });
            row.HasIndex(reference => new { reference.CreatedAt, reference.Sequence }, "IX_references_favorites").HasFilter("\"Favorite\"");
            row.HasIndex(reference => new { reference.CreatedAt, reference.Sequence, reference.Rating }, "IX_references_rated").HasFilter("\"Rating\" > 0");
            row.HasIndex(reference => new { reference.StoredState, reference.NextStoreAt });
            row.HasIndex(reference => reference.Sha256);
            row.HasIndex(reference => reference.DominantColor).HasFilter("\"DominantColor\" IS NULL");
            row.HasOne(reference => reference.Slot).WithMany().HasForeignKey(reference => reference.SlotKey).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<GenerationRow>(row =>
        {
            row.ToTable("generations");
            row.HasKey(generation => generation.Id);

            // Every change raises it, so a change of a row that another process changed meanwhile does nothing and is repeated.
            row.Property(generation => generation.Revision).IsConcurrencyToken();

            // A claim leaves the revision as it is, because nothing changes for those who watch.
            row.Property(generation => generation.Claim).IsConcurrencyToken();
            row.HasIndex(generation => new { generation.IdempotencyOwner, generation.IdempotencyKey }).IsUnique();
            row.HasIndex(generation => new { generation.CreatedAt, generation.Id });
            row.HasIndex(generation => generation.Status);
            row.HasMany(generation => generation.Slots).WithOne(slot => slot.Generation).HasForeignKey(slot => slot.GenerationId);
        });
        modelBuilder.Entity<GenerationSlotRow>(row =>
        {
            row.ToTable("generation_slots");
            row.HasKey(slot => slot.Key);
            row.HasIndex(slot => new { slot.GenerationId, slot.Index }).IsUnique();
            row.HasIndex(slot => slot.ImageId).IsUnique();
            row.HasIndex(slot => slot.State);
            row.HasIndex(slot => slot.PredictionId);
        });
        modelBuilder.Entity<TombstoneRow>(row =>
        {
            row.ToTable("tombstones");
            row.HasKey(tombstone => tombstone.ImageId);
            row.HasIndex(tombstone => tombstone.StoredKey);
        });
        modelBuilder.Entity<StoreRow>(row =>
        {
            row.ToTable("store");
            row.HasKey(store => store.Key);
            row.Property(store => store.Key).ValueGeneratedNever();
        });
        modelBuilder.Entity<IdentityRow>(row =>
        {
            row.ToTable("catalog_identity");
            row.HasKey(identity => identity.Key);
            row.Property(identity => identity.Key).ValueGeneratedNever();
        });
        modelBuilder.Entity<JobReferenceRow>(row =>
        {
            row.ToTable("job_references");
            row.HasKey(association => new { association.JobId, association.ReferenceKey });
            row.HasIndex(association => new { association.JobId, association.Position });
            row.HasOne(association => association.Reference).WithMany()
                .HasForeignKey(association => association.ReferenceKey).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<ReferenceTagRow>(row =>
        {
            row.ToTable("reference_tags");
            row.HasKey(tag => new { tag.Tag, tag.CreatedAt, tag.ReferenceKey });
            row.HasOne(tag => tag.Reference).WithMany().HasForeignKey(tag => tag.ReferenceKey).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<SharedStateRow>(row =>
        {
            row.ToTable("shared_states");
            row.HasKey(state => state.Name);
        });
        modelBuilder.Entity<JobLeaseRow>(row =>
        {
            row.ToTable("job_leases");
            row.HasKey(lease => lease.JobId);
        });
        modelBuilder.Entity<WorkspaceDigestRow>(row =>
        {
            row.ToTable("workspace_digests");
            row.HasKey(digest => new { digest.Workspace, digest.Path });
        });
        modelBuilder.Entity<WebhookDeliveryRow>(row =>
        {
            row.ToTable("webhook_deliveries");
            row.HasKey(delivery => delivery.Key);
            row.HasIndex(delivery => new { delivery.Url, delivery.NextAttemptAt });
            row.HasIndex(delivery => new { delivery.MessageId, delivery.Url }).IsUnique();
        });
        modelBuilder.Entity<NodeRow>(row =>
        {
            row.ToTable("nodes");
            row.HasKey(node => node.Id);
        });
        modelBuilder.Entity<DutyRow>(row =>
        {
            row.ToTable("duties");
            row.HasKey(duty => duty.Name);
        });
    }
}
