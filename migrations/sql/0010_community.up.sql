CREATE TABLE public.tags (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    about TEXT,
    status public.status DEFAULT 'active' NOT NULL,
    made_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_tags PRIMARY KEY (id),
    CONSTRAINT uq_tags_slug UNIQUE (slug),
    CONSTRAINT ck_tags_slug_plain CHECK (slug = lower(slug) and slug !~ '[\s/?#]'),
    CONSTRAINT fk_tags_made_by FOREIGN KEY(made_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_tags_made_by ON public.tags (made_by);
comment on table public.tags is 'A word by which posts are found; anybody makes one, the platform tidies.';
comment on column public.tags.id is 'Id';
comment on column public.tags.name is 'Name';
comment on column public.tags.slug is 'Name in the address';
comment on column public.tags.about is 'Description';
comment on column public.tags.status is 'Status';
comment on column public.tags.made_by is 'Made by';
comment on column public.tags.created_at is 'Created';
comment on column public.tags.updated_at is 'Changed';
comment on column public.tags.updated_by is 'Changed by';
comment on column public.tags.updated_device is 'Changed on';
comment on column public.tags.row_version is 'Version';

CREATE TABLE public.community_groups (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    topic public.community_topic DEFAULT 'general' NOT NULL,
    about TEXT,
    rules TEXT,
    visibility public.group_visibility DEFAULT 'open' NOT NULL,
    location TEXT,
    language TEXT,
    cover_id UUID,
    owner_id UUID NOT NULL,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_community_groups PRIMARY KEY (id),
    CONSTRAINT ck_community_groups_slug_plain CHECK (slug = lower(slug) and slug !~ '[\s/?#]'),
    CONSTRAINT fk_community_groups_owner_id FOREIGN KEY(owner_id) REFERENCES public.profiles (id) ON DELETE RESTRICT
);
CREATE INDEX ix_community_groups_cover_id ON public.community_groups (cover_id);
CREATE INDEX ix_community_groups_owner_id ON public.community_groups (owner_id);
CREATE UNIQUE INDEX uq_community_groups_slug ON public.community_groups (slug) WHERE visibility <> 'secret';
comment on table public.community_groups is 'A group of people with a common interest.';
comment on column public.community_groups.id is 'Id';
comment on column public.community_groups.name is 'Name';
comment on column public.community_groups.slug is 'Name in the address';
comment on column public.community_groups.topic is 'About';
comment on column public.community_groups.about is 'Description';
comment on column public.community_groups.rules is 'Rules';
comment on column public.community_groups.visibility is 'Who may join';
comment on column public.community_groups.location is 'Place or region';
comment on column public.community_groups.language is 'Language';
comment on column public.community_groups.cover_id is 'Cover picture';
comment on column public.community_groups.owner_id is 'Founder';
comment on column public.community_groups.moderation is 'Moderation';
comment on column public.community_groups.moderation_reason is 'Why moderated';
comment on column public.community_groups.created_at is 'Created';
comment on column public.community_groups.updated_at is 'Changed';
comment on column public.community_groups.updated_by is 'Changed by';
comment on column public.community_groups.updated_device is 'Changed on';
comment on column public.community_groups.row_version is 'Version';

CREATE TABLE public.group_members (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    group_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role public.group_role DEFAULT 'member' NOT NULL,
    status public.group_member_status DEFAULT 'pending' NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE,
    invited_by UUID,
    message TEXT,
    wants_news BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_group_members PRIMARY KEY (id),
    CONSTRAINT uq_group_members_group_id_user_id UNIQUE (group_id, user_id),
    CONSTRAINT fk_group_members_group_id FOREIGN KEY(group_id) REFERENCES public.community_groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_group_members_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_group_members_invited_by FOREIGN KEY(invited_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_group_members_invited_by ON public.group_members (invited_by);
CREATE INDEX ix_group_members_user_id ON public.group_members (user_id);
comment on table public.group_members is 'A person''s place in a group; central alone sets role and status, asked by functions.';
comment on column public.group_members.id is 'Id';
comment on column public.group_members.group_id is 'Group';
comment on column public.group_members.user_id is 'Person';
comment on column public.group_members.role is 'Role';
comment on column public.group_members.status is 'Status';
comment on column public.group_members.joined_at is 'Joined';
comment on column public.group_members.invited_by is 'Invited by';
comment on column public.group_members.message is 'Why I want to join';
comment on column public.group_members.wants_news is 'Notify me of new posts';
comment on column public.group_members.created_at is 'Created';
comment on column public.group_members.updated_at is 'Changed';
comment on column public.group_members.updated_by is 'Changed by';
comment on column public.group_members.updated_device is 'Changed on';
comment on column public.group_members.row_version is 'Version';

CREATE TABLE public.community_posts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    author_id UUID NOT NULL,
    organization_id UUID,
    group_id UUID,
    title TEXT,
    body TEXT NOT NULL,
    visibility public.post_visibility DEFAULT 'public' NOT NULL,
    status public.post_status DEFAULT 'draft' NOT NULL,
    location TEXT,
    language TEXT,
    comments_closed BOOLEAN DEFAULT false NOT NULL,
    pinned BOOLEAN DEFAULT false NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_community_posts PRIMARY KEY (id),
    CONSTRAINT fk_community_posts_author_id FOREIGN KEY(author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_community_posts_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_community_posts_group_id FOREIGN KEY(group_id) REFERENCES public.community_groups (id) ON DELETE RESTRICT
);
CREATE INDEX ix_community_posts_author_id ON public.community_posts (author_id, published_at);
CREATE INDEX ix_community_posts_group_id ON public.community_posts (group_id, published_at);
CREATE INDEX ix_community_posts_organization_id ON public.community_posts (organization_id);
CREATE INDEX ix_community_posts_published_at ON public.community_posts (published_at);
comment on table public.community_posts is 'Something a person, or an organization through its keepers, tells others.';
comment on column public.community_posts.id is 'Id';
comment on column public.community_posts.author_id is 'Author';
comment on column public.community_posts.organization_id is 'In the name of';
comment on column public.community_posts.group_id is 'Group';
comment on column public.community_posts.title is 'Title';
comment on column public.community_posts.body is 'Text';
comment on column public.community_posts.visibility is 'Who may read it';
comment on column public.community_posts.status is 'Status';
comment on column public.community_posts.location is 'Place';
comment on column public.community_posts.language is 'Language';
comment on column public.community_posts.comments_closed is 'No more comments';
comment on column public.community_posts.pinned is 'Pinned';
comment on column public.community_posts.published_at is 'Published';
comment on column public.community_posts.moderation is 'Moderation';
comment on column public.community_posts.moderation_reason is 'Why moderated';
comment on column public.community_posts.created_at is 'Created';
comment on column public.community_posts.updated_at is 'Changed';
comment on column public.community_posts.updated_by is 'Changed by';
comment on column public.community_posts.updated_device is 'Changed on';
comment on column public.community_posts.row_version is 'Version';

CREATE TABLE public.forum_posts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    author_id UUID,
    group_id UUID,
    category public.community_topic DEFAULT 'general' NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    language TEXT,
    is_question BOOLEAN DEFAULT false NOT NULL,
    is_solved BOOLEAN DEFAULT false NOT NULL,
    locked BOOLEAN DEFAULT false NOT NULL,
    pinned BOOLEAN DEFAULT false NOT NULL,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_forum_posts PRIMARY KEY (id),
    CONSTRAINT fk_forum_posts_author_id FOREIGN KEY(author_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_forum_posts_group_id FOREIGN KEY(group_id) REFERENCES public.community_groups (id) ON DELETE RESTRICT
);
CREATE INDEX ix_forum_posts_author_id ON public.forum_posts (author_id);
CREATE INDEX ix_forum_posts_category ON public.forum_posts (category, created_at);
CREATE INDEX ix_forum_posts_group_id ON public.forum_posts (group_id, created_at);
comment on table public.forum_posts is 'A thread of the forum, or of a group''s own; it stays when its author''s account is gone.';
comment on column public.forum_posts.id is 'Id';
comment on column public.forum_posts.author_id is 'Author';
comment on column public.forum_posts.group_id is 'Group';
comment on column public.forum_posts.category is 'Category';
comment on column public.forum_posts.title is 'Title';
comment on column public.forum_posts.body is 'Text';
comment on column public.forum_posts.language is 'Language';
comment on column public.forum_posts.is_question is 'A question';
comment on column public.forum_posts.is_solved is 'Answered';
comment on column public.forum_posts.locked is 'No more replies';
comment on column public.forum_posts.pinned is 'Pinned';
comment on column public.forum_posts.moderation is 'Moderation';
comment on column public.forum_posts.moderation_reason is 'Why moderated';
comment on column public.forum_posts.created_at is 'Created';
comment on column public.forum_posts.updated_at is 'Changed';
comment on column public.forum_posts.updated_by is 'Changed by';
comment on column public.forum_posts.updated_device is 'Changed on';
comment on column public.forum_posts.row_version is 'Version';

CREATE TABLE public.comments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    post_id UUID NOT NULL,
    author_id UUID NOT NULL,
    parent_id UUID,
    body TEXT NOT NULL,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_comments PRIMARY KEY (id),
    CONSTRAINT uq_comments_post_id_id UNIQUE (post_id, id),
    CONSTRAINT fk_comments_post_id_parent_id FOREIGN KEY(post_id, parent_id) REFERENCES public.comments (post_id, id) ON DELETE SET NULL (parent_id),
    CONSTRAINT fk_comments_post_id FOREIGN KEY(post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT fk_comments_author_id FOREIGN KEY(author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_comments_parent_id FOREIGN KEY(parent_id) REFERENCES public.comments (id) ON DELETE SET NULL
);
CREATE INDEX ix_comments_author_id ON public.comments (author_id);
CREATE INDEX ix_comments_parent_id ON public.comments (parent_id);
CREATE INDEX ix_comments_post_id_parent_id ON public.comments (post_id, parent_id);
comment on table public.comments is 'What a person says to a post; the post''s author may take it away.';
comment on column public.comments.id is 'Id';
comment on column public.comments.post_id is 'Post';
comment on column public.comments.author_id is 'Author';
comment on column public.comments.parent_id is 'In reply to';
comment on column public.comments.body is 'Text';
comment on column public.comments.moderation is 'Moderation';
comment on column public.comments.moderation_reason is 'Why moderated';
comment on column public.comments.created_at is 'Created';
comment on column public.comments.updated_at is 'Changed';
comment on column public.comments.updated_by is 'Changed by';
comment on column public.comments.updated_device is 'Changed on';
comment on column public.comments.row_version is 'Version';

CREATE TABLE public.reactions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    post_id UUID NOT NULL,
    kind public.reaction_kind DEFAULT 'like' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_reactions PRIMARY KEY (id),
    CONSTRAINT uq_reactions_post_id_user_id_kind UNIQUE (post_id, user_id, kind),
    CONSTRAINT fk_reactions_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_reactions_post_id FOREIGN KEY(post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE
);
CREATE INDEX ix_reactions_user_id ON public.reactions (user_id);
comment on table public.reactions is 'A person''s like, or another sign, on a post.';
comment on column public.reactions.id is 'Id';
comment on column public.reactions.user_id is 'Person';
comment on column public.reactions.post_id is 'Post';
comment on column public.reactions.kind is 'Kind';
comment on column public.reactions.created_at is 'Created';
comment on column public.reactions.updated_at is 'Changed';
comment on column public.reactions.updated_by is 'Changed by';
comment on column public.reactions.updated_device is 'Changed on';
comment on column public.reactions.row_version is 'Version';

CREATE TABLE public.bookmarks (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    post_id UUID NOT NULL,
    folder TEXT,
    note TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_bookmarks PRIMARY KEY (id),
    CONSTRAINT uq_bookmarks_user_id_post_id UNIQUE (user_id, post_id),
    CONSTRAINT fk_bookmarks_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_bookmarks_post_id FOREIGN KEY(post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE
);
CREATE INDEX ix_bookmarks_post_id ON public.bookmarks (post_id);
comment on table public.bookmarks is 'A post that a person keeps for later; nobody else knows.';
comment on column public.bookmarks.id is 'Id';
comment on column public.bookmarks.user_id is 'Person';
comment on column public.bookmarks.post_id is 'Post';
comment on column public.bookmarks.folder is 'Folder';
comment on column public.bookmarks.note is 'Note to myself';
comment on column public.bookmarks.created_at is 'Created';
comment on column public.bookmarks.updated_at is 'Changed';
comment on column public.bookmarks.updated_by is 'Changed by';
comment on column public.bookmarks.updated_device is 'Changed on';
comment on column public.bookmarks.row_version is 'Version';

CREATE TABLE public.post_tags (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    post_id UUID NOT NULL,
    tag_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_post_tags PRIMARY KEY (id),
    CONSTRAINT uq_post_tags_post_id_tag_id UNIQUE (post_id, tag_id),
    CONSTRAINT fk_post_tags_post_id FOREIGN KEY(post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT fk_post_tags_tag_id FOREIGN KEY(tag_id) REFERENCES public.tags (id) ON DELETE CASCADE
);
CREATE INDEX ix_post_tags_tag_id ON public.post_tags (tag_id);
comment on table public.post_tags is 'A tag on a post, put there by whoever may change the post.';
comment on column public.post_tags.id is 'Id';
comment on column public.post_tags.post_id is 'Post';
comment on column public.post_tags.tag_id is 'Tag';
comment on column public.post_tags.created_at is 'Created';
comment on column public.post_tags.updated_at is 'Changed';
comment on column public.post_tags.updated_by is 'Changed by';
comment on column public.post_tags.updated_device is 'Changed on';
comment on column public.post_tags.row_version is 'Version';

CREATE TABLE public.post_media (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    post_id UUID NOT NULL,
    added_by UUID NOT NULL,
    media_type public.media_type DEFAULT 'image' NOT NULL,
    path TEXT NOT NULL,
    mime_type TEXT,
    size_bytes BIGINT,
    width BIGINT,
    height BIGINT,
    caption TEXT,
    alt_text TEXT,
    position BIGINT DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_post_media PRIMARY KEY (id),
    CONSTRAINT ck_post_media_path_of_added_by CHECK (starts_with(path, added_by::text || '/') and path !~ '(^|/)[.][.](/|$)'),
    CONSTRAINT ck_post_media_size_bytes_minimum CHECK (size_bytes >= 0),
    CONSTRAINT ck_post_media_width_minimum CHECK (width >= 1),
    CONSTRAINT ck_post_media_height_minimum CHECK (height >= 1),
    CONSTRAINT ck_post_media_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_post_media_position_maximum CHECK (position <= 1000),
    CONSTRAINT fk_post_media_post_id FOREIGN KEY(post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT fk_post_media_added_by FOREIGN KEY(added_by) REFERENCES public.profiles (id) ON DELETE CASCADE
);
CREATE INDEX ix_post_media_added_by ON public.post_media (added_by);
CREATE INDEX ix_post_media_post_id ON public.post_media (post_id, position);
comment on table public.post_media is 'A picture or another file shown with a post.';
comment on column public.post_media.id is 'Id';
comment on column public.post_media.post_id is 'Post';
comment on column public.post_media.added_by is 'Added by';
comment on column public.post_media.media_type is 'Type';
comment on column public.post_media.path is 'Path';
comment on column public.post_media.mime_type is 'MIME type';
comment on column public.post_media.size_bytes is 'Size, B';
comment on column public.post_media.width is 'Width, px';
comment on column public.post_media.height is 'Height, px';
comment on column public.post_media.caption is 'Caption';
comment on column public.post_media.alt_text is 'In words, for who cannot see it';
comment on column public.post_media.position is 'Place in the row';
comment on column public.post_media.created_at is 'Created';
comment on column public.post_media.updated_at is 'Changed';
comment on column public.post_media.updated_by is 'Changed by';
comment on column public.post_media.updated_device is 'Changed on';
comment on column public.post_media.row_version is 'Version';

CREATE TABLE public.forum_comments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    post_id UUID NOT NULL,
    author_id UUID,
    parent_id UUID,
    body TEXT NOT NULL,
    moderation public.moderation_state DEFAULT 'visible' NOT NULL,
    moderation_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_forum_comments PRIMARY KEY (id),
    CONSTRAINT uq_forum_comments_post_id_id UNIQUE (post_id, id),
    CONSTRAINT fk_forum_comments_post_id_parent_id FOREIGN KEY(post_id, parent_id) REFERENCES public.forum_comments (post_id, id) ON DELETE SET NULL (parent_id),
    CONSTRAINT fk_forum_comments_post_id FOREIGN KEY(post_id) REFERENCES public.forum_posts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_forum_comments_author_id FOREIGN KEY(author_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_forum_comments_parent_id FOREIGN KEY(parent_id) REFERENCES public.forum_comments (id) ON DELETE SET NULL
);
CREATE INDEX ix_forum_comments_author_id ON public.forum_comments (author_id);
CREATE INDEX ix_forum_comments_parent_id ON public.forum_comments (parent_id);
CREATE INDEX ix_forum_comments_post_id_parent_id ON public.forum_comments (post_id, parent_id);
comment on table public.forum_comments is 'A reply in a thread.';
comment on column public.forum_comments.id is 'Id';
comment on column public.forum_comments.post_id is 'Thread';
comment on column public.forum_comments.author_id is 'Author';
comment on column public.forum_comments.parent_id is 'In reply to';
comment on column public.forum_comments.body is 'Text';
comment on column public.forum_comments.moderation is 'Moderation';
comment on column public.forum_comments.moderation_reason is 'Why moderated';
comment on column public.forum_comments.created_at is 'Created';
comment on column public.forum_comments.updated_at is 'Changed';
comment on column public.forum_comments.updated_by is 'Changed by';
comment on column public.forum_comments.updated_device is 'Changed on';
comment on column public.forum_comments.row_version is 'Version';

alter table public.tags enable row level security;
alter table public.tags force row level security;
revoke all on public.tags from public, anon, authenticated;
grant select, insert, update, delete on public.tags to service_role;
grant select (id, name, slug, about, status, made_by, created_at, updated_at, updated_by, updated_device, row_version) on public.tags to authenticated;
grant select (id, name, slug, about, status, made_by, created_at, updated_at, updated_by, updated_device, row_version) on public.tags to anon;
grant insert (id, name, slug, about, status, made_by) on public.tags to authenticated;
grant update (name, slug, about, status) on public.tags to authenticated;
grant delete on public.tags to authenticated;

alter table public.community_groups enable row level security;
alter table public.community_groups force row level security;
revoke all on public.community_groups from public, anon, authenticated;
grant select, insert, update, delete on public.community_groups to service_role;
grant select (id, name, slug, topic, about, rules, visibility, location, language, cover_id, owner_id, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.community_groups to authenticated;
grant select (id, name, slug, topic, about, rules, visibility, location, language, cover_id, owner_id, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.community_groups to anon;
grant insert (id, name, slug, topic, about, rules, visibility, location, language, cover_id, owner_id) on public.community_groups to authenticated;
grant update (name, slug, topic, about, rules, visibility, location, language, cover_id) on public.community_groups to authenticated;
grant delete on public.community_groups to authenticated;

alter table public.group_members enable row level security;
alter table public.group_members force row level security;
revoke all on public.group_members from public, anon, authenticated;
grant select, insert, update, delete on public.group_members to service_role;
grant select (id, group_id, user_id, role, status, joined_at, invited_by, message, wants_news, created_at, updated_at, updated_by, updated_device, row_version) on public.group_members to authenticated;
grant insert (id, group_id, user_id, message, wants_news) on public.group_members to authenticated;
grant update (message, wants_news) on public.group_members to authenticated;
grant delete on public.group_members to authenticated;

alter table public.community_posts enable row level security;
alter table public.community_posts force row level security;
revoke all on public.community_posts from public, anon, authenticated;
grant select, insert, update, delete on public.community_posts to service_role;
grant select (id, author_id, organization_id, group_id, title, body, visibility, status, location, language, comments_closed, pinned, published_at, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.community_posts to authenticated;
grant select (id, author_id, organization_id, group_id, title, body, visibility, status, location, language, comments_closed, pinned, published_at, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.community_posts to anon;
grant insert (id, author_id, organization_id, group_id, title, body, visibility, status, location, language, comments_closed) on public.community_posts to authenticated;
grant update (title, body, visibility, status, location, language, comments_closed) on public.community_posts to authenticated;
grant delete on public.community_posts to authenticated;

alter table public.forum_posts enable row level security;
alter table public.forum_posts force row level security;
revoke all on public.forum_posts from public, anon, authenticated;
grant select, insert, update, delete on public.forum_posts to service_role;
grant select (id, author_id, group_id, category, title, body, language, is_question, is_solved, locked, pinned, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.forum_posts to authenticated;
grant select (id, author_id, group_id, category, title, body, language, is_question, is_solved, locked, pinned, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.forum_posts to anon;
grant insert (id, author_id, group_id, category, title, body, language, is_question, is_solved) on public.forum_posts to authenticated;
grant update (category, title, body, language, is_question, is_solved) on public.forum_posts to authenticated;
grant delete on public.forum_posts to authenticated;

alter table public.comments enable row level security;
alter table public.comments force row level security;
revoke all on public.comments from public, anon, authenticated;
grant select, insert, update, delete on public.comments to service_role;
grant select (id, post_id, author_id, parent_id, body, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.comments to authenticated;
grant insert (id, post_id, author_id, parent_id, body) on public.comments to authenticated;
grant update (parent_id, body) on public.comments to authenticated;
grant delete on public.comments to authenticated;

alter table public.reactions enable row level security;
alter table public.reactions force row level security;
revoke all on public.reactions from public, anon, authenticated;
grant select, insert, update, delete on public.reactions to service_role;
grant select (id, user_id, post_id, kind, created_at, updated_at, updated_by, updated_device, row_version) on public.reactions to authenticated;
grant insert (id, user_id, post_id, kind) on public.reactions to authenticated;
grant delete on public.reactions to authenticated;

alter table public.bookmarks enable row level security;
alter table public.bookmarks force row level security;
revoke all on public.bookmarks from public, anon, authenticated;
grant select, insert, update, delete on public.bookmarks to service_role;
grant select (id, user_id, post_id, folder, note, created_at, updated_at, updated_by, updated_device, row_version) on public.bookmarks to authenticated;
grant insert (id, user_id, post_id, folder, note) on public.bookmarks to authenticated;
grant update (folder, note) on public.bookmarks to authenticated;
grant delete on public.bookmarks to authenticated;

alter table public.post_tags enable row level security;
alter table public.post_tags force row level security;
revoke all on public.post_tags from public, anon, authenticated;
grant select, insert, update, delete on public.post_tags to service_role;
grant select (id, post_id, tag_id, created_at, updated_at, updated_by, updated_device, row_version) on public.post_tags to authenticated;
grant insert (id, post_id, tag_id) on public.post_tags to authenticated;
grant delete on public.post_tags to authenticated;

alter table public.post_media enable row level security;
alter table public.post_media force row level security;
revoke all on public.post_media from public, anon, authenticated;
grant select, insert, update, delete on public.post_media to service_role;
grant select (id, post_id, added_by, media_type, path, mime_type, size_bytes, width, height, caption, alt_text, position, created_at, updated_at, updated_by, updated_device, row_version) on public.post_media to authenticated;
grant insert (id, post_id, added_by, media_type, path, mime_type, size_bytes, width, height, caption, alt_text, position) on public.post_media to authenticated;
grant update (media_type, path, mime_type, size_bytes, width, height, caption, alt_text, position) on public.post_media to authenticated;
grant delete on public.post_media to authenticated;

alter table public.forum_comments enable row level security;
alter table public.forum_comments force row level security;
revoke all on public.forum_comments from public, anon, authenticated;
grant select, insert, update, delete on public.forum_comments to service_role;
grant select (id, post_id, author_id, parent_id, body, moderation, moderation_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.forum_comments to authenticated;
grant insert (id, post_id, author_id, parent_id, body) on public.forum_comments to authenticated;
grant update (parent_id, body) on public.forum_comments to authenticated;
grant delete on public.forum_comments to authenticated;

create function access.groups_i_know() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select group_id from public.group_members
    where user_id = auth.uid() and (status in ('active', 'invited'))
  );
end $$;
comment on function access.groups_i_know() is 'Of the person who asks: groups i know.';
revoke all on function access.groups_i_know() from public;
grant execute on function access.groups_i_know() to authenticated;

create function access.groups_i_administer() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select group_id from public.group_members
    where user_id = auth.uid() and (status = 'active' and role = 'admin')
  );
end $$;
comment on function access.groups_i_administer() is 'Of the person who asks: groups i administer.';
revoke all on function access.groups_i_administer() from public;
grant execute on function access.groups_i_administer() to authenticated;

create function access.groups_i_moderate() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select group_id from public.group_members
    where user_id = auth.uid() and (status = 'active' and role in ('moderator', 'admin'))
  );
end $$;
comment on function access.groups_i_moderate() is 'Of the person who asks: groups i moderate.';
revoke all on function access.groups_i_moderate() from public;
grant execute on function access.groups_i_moderate() to authenticated;

create function access.groups_i_am_in() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select group_id from public.group_members
    where user_id = auth.uid() and (status = 'active')
  );
end $$;
comment on function access.groups_i_am_in() is 'Of the person who asks: groups i am in.';
revoke all on function access.groups_i_am_in() from public;
grant execute on function access.groups_i_am_in() to authenticated;

create trigger update_tags_updated_at before insert or update on public.tags
  for each row execute function public.update_updated_at_column();

create trigger update_community_groups_updated_at before insert or update on public.community_groups
  for each row execute function public.update_updated_at_column();

create trigger update_group_members_updated_at before insert or update on public.group_members
  for each row execute function public.update_updated_at_column();

create trigger update_community_posts_updated_at before insert or update on public.community_posts
  for each row execute function public.update_updated_at_column();

create trigger update_forum_posts_updated_at before insert or update on public.forum_posts
  for each row execute function public.update_updated_at_column();

create trigger update_comments_updated_at before insert or update on public.comments
  for each row execute function public.update_updated_at_column();

create trigger update_reactions_updated_at before insert or update on public.reactions
  for each row execute function public.update_updated_at_column();

create trigger update_bookmarks_updated_at before insert or update on public.bookmarks
  for each row execute function public.update_updated_at_column();

create trigger update_post_tags_updated_at before insert or update on public.post_tags
  for each row execute function public.update_updated_at_column();

create trigger update_post_media_updated_at before insert or update on public.post_media
  for each row execute function public.update_updated_at_column();

create trigger update_forum_comments_updated_at before insert or update on public.forum_comments
  for each row execute function public.update_updated_at_column();

create policy may_read on public.tags for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
    or (select access.is_platform_admin())
  ));
create policy may_add on public.tags for insert to authenticated
  with check ((tags.made_by = (select auth.uid()) and (status = 'active')));
create policy may_change on public.tags for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));
create policy may_delete on public.tags for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));
create policy anyone_may_read on public.tags for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
  ));

create policy may_read on public.community_groups for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility <> 'secret' and moderation = 'visible')
    or community_groups.owner_id = (select auth.uid())
    or (select access.is_platform_admin())
    or (community_groups.id = any((select access.groups_i_know())::uuid[]) and (moderation = 'visible'))
  ));
create policy may_add on public.community_groups for insert to authenticated
  with check (community_groups.owner_id = (select auth.uid()));
create policy may_change on public.community_groups for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((community_groups.owner_id = (select auth.uid()) and (moderation = 'visible'))
    or (community_groups.id = any((select access.groups_i_administer())::uuid[]) and (moderation = 'visible')))
    and ((visibility <> 'secret' and moderation = 'visible')
    or community_groups.owner_id = (select auth.uid())
    or (select access.is_platform_admin())
    or (community_groups.id = any((select access.groups_i_know())::uuid[]) and (moderation = 'visible')))
  ))
  with check ((community_groups.owner_id = (select auth.uid()) and (moderation = 'visible'))
    or (community_groups.id = any((select access.groups_i_administer())::uuid[]) and (moderation = 'visible')));
create policy may_delete on public.community_groups for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    community_groups.owner_id = (select auth.uid())
  ));
create policy anyone_may_read on public.community_groups for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility <> 'secret' and moderation = 'visible')
  ));

create policy may_read on public.group_members for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    group_members.user_id = (select auth.uid())
    or group_members.group_id = any((select access.groups_i_moderate())::uuid[])
    or ((group_members.group_id = any((select access.groups_i_am_in())::uuid[]) and (status = 'active'))
      and exists (select from public.community_groups where community_groups.id = group_members.group_id))
  ));
create policy may_add on public.group_members for insert to authenticated
  with check ((group_members.user_id = (select auth.uid())
      and exists (select from public.community_groups where community_groups.id = group_members.group_id)));
create policy may_change on public.group_members for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    group_members.user_id = (select auth.uid())
  ))
  with check (group_members.user_id = (select auth.uid()));
create policy may_delete on public.group_members for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (group_members.user_id = (select auth.uid()) and (status <> 'banned'))
    or (group_members.group_id = any((select access.groups_i_moderate())::uuid[]) and (role = 'member'))
  ));

create policy may_read on public.community_posts for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility = 'public' and status = 'published' and moderation = 'visible')
    or ((select auth.uid()) is not null and (visibility = 'signed_in' and status = 'published' and moderation = 'visible'))
    or (community_posts.author_id = (select auth.uid()) and (organization_id is null))
    or community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or ((select access.is_platform_admin())
      and ((select auth.uid()) is not null and (status <> 'draft' and visibility <> 'private')))
    or (community_posts.group_id = any((select access.groups_i_moderate())::uuid[]) and (status = 'published'))
    or ((community_posts.group_id = any((select access.groups_i_am_in())::uuid[]) and (visibility = 'group' and status = 'published' and moderation = 'visible'))
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id))
  ));
create policy may_add on public.community_posts for insert to authenticated
  with check ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null))
    or ((community_posts.author_id = (select auth.uid()) and (group_id is null))
      and community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id))));
create policy may_change on public.community_posts for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id))))
    and ((visibility = 'public' and status = 'published' and moderation = 'visible')
    or ((select auth.uid()) is not null and (visibility = 'signed_in' and status = 'published' and moderation = 'visible'))
    or (community_posts.author_id = (select auth.uid()) and (organization_id is null))
    or community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or ((select access.is_platform_admin())
      and ((select auth.uid()) is not null and (status <> 'draft' and visibility <> 'private')))
    or (community_posts.group_id = any((select access.groups_i_moderate())::uuid[]) and (status = 'published'))
    or ((community_posts.group_id = any((select access.groups_i_am_in())::uuid[]) and (visibility = 'group' and status = 'published' and moderation = 'visible'))
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id)))
  ))
  with check ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id))));
create policy may_delete on public.community_posts for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (community_posts.author_id = (select auth.uid()) and (organization_id is null))
    or community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.community_posts for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (visibility = 'public' and status = 'published' and moderation = 'visible')
  ));

create policy may_read on public.forum_posts for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (group_id is null and moderation = 'visible')
    or forum_posts.author_id = (select auth.uid())
    or (select access.is_platform_admin())
    or forum_posts.group_id = any((select access.groups_i_moderate())::uuid[])
    or ((forum_posts.group_id = any((select access.groups_i_am_in())::uuid[]) and (moderation = 'visible'))
      and exists (select from public.community_groups where community_groups.id = forum_posts.group_id))
  ));
create policy may_add on public.forum_posts for insert to authenticated
  with check ((forum_posts.author_id = (select auth.uid()) and (group_id is null))
    or (forum_posts.author_id = (select auth.uid())
      and (forum_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = forum_posts.group_id))));
create policy may_change on public.forum_posts for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (forum_posts.author_id = (select auth.uid()) and (group_id is null and not locked and moderation = 'visible'))
    or ((forum_posts.author_id = (select auth.uid()) and (not locked and moderation = 'visible'))
      and (forum_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = forum_posts.group_id)))
  ))
  with check ((forum_posts.author_id = (select auth.uid()) and (group_id is null and not locked and moderation = 'visible'))
    or ((forum_posts.author_id = (select auth.uid()) and (not locked and moderation = 'visible'))
      and (forum_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = forum_posts.group_id))));
create policy may_delete on public.forum_posts for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    forum_posts.author_id = (select auth.uid())
  ));
create policy anyone_may_read on public.forum_posts for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (group_id is null and moderation = 'visible')
  ));

create policy may_read on public.comments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    comments.author_id = (select auth.uid())
    or (((moderation = 'visible') or (select access.is_platform_admin()))
      and exists (select from public.community_posts where community_posts.id = comments.post_id))
  ));
create policy may_add on public.comments for insert to authenticated
  with check ((comments.author_id = (select auth.uid())
      and exists (select from public.community_posts where community_posts.id = comments.post_id)));
create policy may_change on public.comments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((comments.author_id = (select auth.uid()) and (moderation = 'visible'))
      and exists (select from public.community_posts where community_posts.id = comments.post_id))
  ))
  with check (((comments.author_id = (select auth.uid()) and (moderation = 'visible'))
      and exists (select from public.community_posts where community_posts.id = comments.post_id)));
create policy may_delete on public.comments for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (comments.author_id = (select auth.uid())
    or exists (select from public.community_posts where community_posts.id = comments.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id))))))
    and (comments.author_id = (select auth.uid())
    or (((moderation = 'visible') or (select access.is_platform_admin()))
      and exists (select from public.community_posts where community_posts.id = comments.post_id)))
  ));

create policy may_read on public.reactions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reactions.user_id = (select auth.uid())
    or exists (select from public.community_posts where community_posts.id = reactions.post_id)
  ));
create policy may_add on public.reactions for insert to authenticated
  with check ((reactions.user_id = (select auth.uid())
      and exists (select from public.community_posts where community_posts.id = reactions.post_id)));
create policy may_delete on public.reactions for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    reactions.user_id = (select auth.uid())
  ));

create policy may_read on public.bookmarks for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    bookmarks.user_id = (select auth.uid())
  ));
create policy may_add on public.bookmarks for insert to authenticated
  with check ((bookmarks.user_id = (select auth.uid())
      and exists (select from public.community_posts where community_posts.id = bookmarks.post_id)));
create policy may_change on public.bookmarks for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    bookmarks.user_id = (select auth.uid())
  ))
  with check (bookmarks.user_id = (select auth.uid()));
create policy may_delete on public.bookmarks for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    bookmarks.user_id = (select auth.uid())
  ));

create policy may_read on public.post_tags for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.community_posts where community_posts.id = post_tags.post_id)
  ));
create policy may_add on public.post_tags for insert to authenticated
  with check ((exists (select from public.community_posts where community_posts.id = post_tags.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id)))))
      and exists (select from public.tags where tags.id = post_tags.tag_id)));
create policy may_delete on public.post_tags for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.community_posts where community_posts.id = post_tags.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id)))))
  ));

create policy may_read on public.post_media for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.community_posts where community_posts.id = post_media.post_id)
  ));
create policy may_add on public.post_media for insert to authenticated
  with check ((post_media.added_by = (select auth.uid())
      and exists (select from public.community_posts where community_posts.id = post_media.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id)))))));
create policy may_change on public.post_media for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (post_media.added_by = (select auth.uid())
      and exists (select from public.community_posts where community_posts.id = post_media.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id))))))
  ))
  with check ((post_media.added_by = (select auth.uid())
      and exists (select from public.community_posts where community_posts.id = post_media.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id)))))));
create policy may_delete on public.post_media for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    exists (select from public.community_posts where community_posts.id = post_media.post_id
      and ((community_posts.author_id = (select auth.uid()) and (organization_id is null and group_id is null and moderation = 'visible'))
    or (community_posts.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]) and (group_id is null and moderation = 'visible'))
    or ((community_posts.author_id = (select auth.uid()) and (organization_id is null and moderation = 'visible'))
      and (community_posts.group_id = any((select access.groups_i_am_in())::uuid[])
      and exists (select from public.community_groups where community_groups.id = community_posts.group_id)))))
  ));

create policy may_read on public.forum_comments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    forum_comments.author_id = (select auth.uid())
    or (((moderation = 'visible') or (select access.is_platform_admin()))
      and exists (select from public.forum_posts where forum_posts.id = forum_comments.post_id))
  ));
create policy may_add on public.forum_comments for insert to authenticated
  with check ((forum_comments.author_id = (select auth.uid())
      and exists (select from public.forum_posts where forum_posts.id = forum_comments.post_id)));
create policy may_change on public.forum_comments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    ((forum_comments.author_id = (select auth.uid()) and (moderation = 'visible'))
      and exists (select from public.forum_posts where forum_posts.id = forum_comments.post_id))
  ))
  with check (((forum_comments.author_id = (select auth.uid()) and (moderation = 'visible'))
      and exists (select from public.forum_posts where forum_posts.id = forum_comments.post_id)));
create policy may_delete on public.forum_comments for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    forum_comments.author_id = (select auth.uid())
  ));

-- Whoever founds a group is its first administrator.
create function public.add_group_founder() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.group_members (group_id, user_id, role, status, joined_at)
  values (new.id, new.owner_id, 'admin', 'active', now());
  return null;
end $$;
comment on function public.add_group_founder() is 'Make the founder of a group its administrator.';
revoke all on function public.add_group_founder() from public;

create trigger add_founder after insert on public.community_groups
  for each row execute function public.add_group_founder();

-- People wrote for those who were in: a group may close, and its posts with it, but never open.
create function public.close_group() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.visibility < old.visibility then -- in the order of the list: open, closed, secret
    raise exception 'a group that was closed does not open again' using errcode = '23514',
      hint = 'Found an open group beside it.';
  end if;
  update public.community_posts p
  set visibility = 'group'
  where p.group_id = new.id and p.visibility in ('public', 'signed_in');
  return null;
end $$;
comment on function public.close_group()
  is 'Keep the posts of a group that closes within it; refuse to open one.';
revoke all on function public.close_group() from public;

create trigger close_group after update of visibility on public.community_groups
  for each row when (new.visibility <> old.visibility)
  execute function public.close_group();

-- Join a group, ask to, or accept an invitation; returns what one is there then.
create function public.join_group(p_group_id uuid) returns public.group_member_status
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := auth.uid();
  v_group public.community_groups;
  v_status public.group_member_status;
begin
  select m.status into v_status
  from public.group_members m where m.group_id = p_group_id and m.user_id = v_me;
  select g.* into v_group
  from public.community_groups g
  where g.id = p_group_id
    and g.moderation = 'visible'
    and (g.visibility <> 'secret' or g.owner_id = v_me or v_status in ('invited', 'active'));
  if v_me is null or not found then
    raise exception 'there is no such group' using errcode = '42501',
      hint = 'A secret group is joined by invitation.';
  end if;
  insert into public.group_members as m (group_id, user_id, role, status, joined_at)
  values (
    p_group_id,
    v_me,
    case when v_group.owner_id = v_me then 'admin' else 'member' end::public.group_role,
    case when v_group.visibility = 'open' or v_group.owner_id = v_me then 'active'
      else 'pending' end::public.group_member_status,
    case when v_group.visibility = 'open' or v_group.owner_id = v_me then now() end
  )
  on conflict (group_id, user_id) do update
  set status = 'active', joined_at = now()
  where m.status = 'invited' or (m.status = 'pending' and v_group.visibility = 'open');
  select m.status into v_status
  from public.group_members m where m.group_id = p_group_id and m.user_id = v_me;
  return v_status;
end $$;
comment on function public.join_group(uuid)
  is 'Join an open group, ask to join a closed one, or accept an invitation.';
revoke all on function public.join_group(uuid) from public;
grant execute on function public.join_group(uuid) to authenticated;

-- Nobody is put into a group: a moderator invites, or lets in who has asked.
create function public.invite_to_group(p_group_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not p_group_id = any(access.groups_i_moderate()) then
    raise exception 'you do not moderate this group' using errcode = '42501',
      hint = 'Ask one of its moderators.';
  end if;
  insert into public.group_members as m (group_id, user_id, status, invited_by)
  values (p_group_id, p_user_id, 'invited', auth.uid())
  on conflict (group_id, user_id) do update
  set status = 'active', joined_at = now(), invited_by = excluded.invited_by
  where m.status = 'pending';
end $$;
comment on function public.invite_to_group(uuid, uuid)
  is 'Invite a person to a group one moderates; who has asked to join is in.';
revoke all on function public.invite_to_group(uuid, uuid) from public;
grant execute on function public.invite_to_group(uuid, uuid) to authenticated;

-- Moderators let in and ban plain members; administrators also give roles. The founder stays.
create function public.set_group_member(
  p_member_id uuid, p_status public.group_member_status, p_role public.group_role
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.group_members;
begin
  select m.* into v_member from public.group_members m where m.id = p_member_id for update;
  if not found or not v_member.group_id = any(access.groups_i_moderate()) then
    raise exception 'you do not moderate this group' using errcode = '42501',
      hint = 'Ask one of its moderators.';
  end if;
  if exists (
    select from public.community_groups g
    where g.id = v_member.group_id and g.owner_id = v_member.user_id
  ) then
    raise exception 'the founder of a group keeps their place' using errcode = '42501';
  end if;
  if (v_member.role <> 'member' or p_role <> 'member')
    and not v_member.group_id = any(access.groups_i_administer()) then
    raise exception 'only administrators of a group give and take roles' using errcode = '42501',
      hint = 'Ask one of them.';
  end if;
  if p_status not in ('active', 'banned')
    or (p_status = 'active' and v_member.status <> 'pending' and v_member.joined_at is null) then
    raise exception 'who has not asked to join accepts an invitation' using errcode = '42501',
      hint = 'Let in, or ban.';
  end if;
  update public.group_members m
  set status = p_status,
    role = p_role,
    joined_at = case when p_status = 'active' then coalesce(m.joined_at, now())
      else m.joined_at end
  where m.id = p_member_id;
end $$;
comment on function public.set_group_member(
  uuid, public.group_member_status, public.group_role
) is 'Let somebody into a group, ban them, or give them a role there.';
revoke all on function public.set_group_member(
  uuid, public.group_member_status, public.group_role
) from public;
grant execute on function public.set_group_member(
  uuid, public.group_member_status, public.group_role
) to authenticated;

-- A founder who goes leaves the group to another administrator; the platform may do it too.
create function public.hand_over_group(p_group_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.community_groups g
    where g.id = p_group_id and (g.owner_id = auth.uid() or access.is_platform_admin())
  ) then
    raise exception 'this is not a group of yours' using errcode = '42501';
  end if;
  if not exists (
    select from public.group_members m
    where m.group_id = p_group_id
      and m.user_id = p_user_id
      and m.status = 'active'
      and m.role = 'admin'
  ) then
    raise exception 'a group is handed to an administrator of it' using errcode = '23514',
      hint = 'Give them the role first.';
  end if;
  update public.community_groups g set owner_id = p_user_id where g.id = p_group_id;
end $$;
comment on function public.hand_over_group(uuid, uuid)
  is 'Hand a group one founded to another of its administrators.';
revoke all on function public.hand_over_group(uuid, uuid) from public;
grant execute on function public.hand_over_group(uuid, uuid) to authenticated;

-- Runs as whoever writes: a group they may not see is refused by the policy that comes next.
create function public.keep_community_post() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.visibility in ('public', 'signed_in') and exists (
    select from public.community_groups g where g.id = new.group_id and g.visibility <> 'open'
  ) then
    raise exception 'posts of a closed group are for its members' using errcode = '23514',
      hint = 'Let the group read it.';
  end if;
  if new.status = 'published' then
    new.published_at := coalesce(new.published_at, now());
  end if;
  return new;
end $$;
comment on function public.keep_community_post()
  is 'Note when a post was first published; keep a closed group''s posts within it.';
revoke all on function public.keep_community_post() from public;

create trigger keep_post before insert or update on public.community_posts
  for each row execute function public.keep_community_post();

create function public.refuse_late_comment() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_closed boolean;
begin
  if tg_table_name = 'comments' then
    select p.comments_closed or p.moderation <> 'visible' into v_closed
    from public.community_posts p where p.id = new.post_id;
  else
    select p.locked or p.moderation <> 'visible' into v_closed
    from public.forum_posts p where p.id = new.post_id;
  end if;
  if v_closed then
    raise exception 'no more comments are taken here' using errcode = '23514';
  end if;
  return new;
end $$;
comment on function public.refuse_late_comment()
  is 'Refuse comments on what is closed, locked or moderated.';
revoke all on function public.refuse_late_comment() from public;

create trigger refuse_late before insert on public.comments
  for each row execute function public.refuse_late_comment();
create trigger refuse_late before insert on public.forum_comments
  for each row execute function public.refuse_late_comment();

-- A post is pinned by whoever's page it is on: its group's, its organization's, its author's.
create function public.pin_post(p_post_id uuid, p_pinned boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.community_posts p
  set pinned = p_pinned
  where p.id = p_post_id
    and p.moderation = 'visible'
    and case
      when p.group_id is not null then p.group_id = any(access.groups_i_moderate())
      when p.organization_id is not null
        then p.organization_id = any(access.organizations_as('{owner,manager}'))
      else p.author_id = auth.uid()
    end;
  if not found then
    raise exception 'you cannot pin this post' using errcode = '42501',
      hint = 'It is pinned by those who keep the page it is on.';
  end if;
end $$;
comment on function public.pin_post(uuid, boolean) is 'Pin a post to the top of its page, or not.';
revoke all on function public.pin_post(uuid, boolean) from public;
grant execute on function public.pin_post(uuid, boolean) to authenticated;

create function public.set_thread(p_post_id uuid, p_pinned boolean, p_locked boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.forum_posts p
  set pinned = p_pinned, locked = p_locked
  where p.id = p_post_id
    and (access.is_platform_admin() or p.group_id = any(access.groups_i_moderate()));
  if not found then
    raise exception 'you do not moderate this thread' using errcode = '42501';
  end if;
end $$;
comment on function public.set_thread(uuid, boolean, boolean)
  is 'Pin or lock a thread one moderates.';
revoke all on function public.set_thread(uuid, boolean, boolean) from public;
grant execute on function public.set_thread(uuid, boolean, boolean) to authenticated;

-- Moderators say whether something is seen; they never touch what somebody else wrote. Those of a
-- group hide and show what is in it; what the platform removed only the platform brings back.
create function public.moderate(
  p_table text,
  p_id uuid,
  p_state public.moderation_state,
  p_explanation text,
  p_reason public.report_reason default 'other'
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_admin boolean := access.is_platform_admin();
  v_author uuid;
  v_group uuid;
  v_before public.moderation_state;
begin
  case p_table
    when 'community_posts' then
      select p.author_id, p.group_id, p.moderation into v_author, v_group, v_before
      from public.community_posts p where p.id = p_id;
    when 'comments' then
      select c.author_id, p.group_id, c.moderation into v_author, v_group, v_before
      from public.comments c join public.community_posts p on p.id = c.post_id where c.id = p_id;
    when 'forum_posts' then
      select p.author_id, p.group_id, p.moderation into v_author, v_group, v_before
      from public.forum_posts p where p.id = p_id;
    when 'forum_comments' then
      select c.author_id, p.group_id, c.moderation into v_author, v_group, v_before
      from public.forum_comments c join public.forum_posts p on p.id = c.post_id where c.id = p_id;
    when 'community_groups' then
      select g.owner_id, g.moderation into v_author, v_before
      from public.community_groups g where g.id = p_id;
    when 'lf_reports' then
      select r.reporter_id, r.moderation into v_author, v_before
      from public.lf_reports r where r.id = p_id;
    when 'breeding_profiles' then
      select b.owner_id, b.moderation into v_author, v_before
      from public.breeding_profiles b where b.id = p_id;
    else
      raise exception 'nothing in % is moderated here', quote_ident(p_table)
        using errcode = '22023';
  end case;
  if not v_admin and (v_group is null or not v_group = any(access.groups_i_moderate())) then
    raise exception 'you do not moderate this' using errcode = '42501',
      hint = 'Report it instead.';
  end if;
  if v_before is null then
    raise exception 'there is no such row' using errcode = 'P0002';
  end if;
  if not v_admin and 'removed' in (v_before, p_state) then
    raise exception 'only the platform removes, and brings back' using errcode = '42501',
      hint = 'Hide it, or report it.';
  end if;
  execute format(
    'update public.%I set moderation = $1, moderation_reason = $2 where id = $3', p_table
  ) using p_state, nullif(btrim(p_explanation), ''), p_id;
  insert into public.moderation_logs
    (moderator_id, action, target_table, target_id, person_id, reason, explanation, before, after)
  values (
    auth.uid(),
    case p_state when 'visible' then 'restored' else p_state::text end::public.moderation_action,
    p_table,
    p_id,
    v_author,
    p_reason,
    nullif(btrim(p_explanation), ''),
    jsonb_build_object('moderation', v_before),
    jsonb_build_object('moderation', p_state)
  );
end $$;
comment on function public.moderate(
  text, uuid, public.moderation_state, text, public.report_reason
) is 'Hide or remove what somebody wrote, or show it again, and enter it in the moderation log.';
revoke all on function public.moderate(
  text, uuid, public.moderation_state, text, public.report_reason
) from public;
grant execute on function public.moderate(
  text, uuid, public.moderation_state, text, public.report_reason
) to authenticated;
